// Rate limits at scale: rollouts of nine to a thousand services against the World, with Render's own limits,
// in virtual time.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "api/bucket.h"
#include "engine/rollout.h"
#include "engine/run_loop.h"
#include "engine/workspace_reader.h"
#include "plan/make_plan.h"
#include "scenario.h"
#include "wire.h"

using namespace envlink;
using namespace envlink::simulation;
using engine::ServiceOutcome;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr int layers = 4;
constexpr int under_way = 16;  // at most

/// Services in four layers; each comes after one of the layer before. Builds take 30 to 90 s.
Scenario many_services(std::size_t services, std::size_t groups) {
  Scenario scenario;
  for (std::size_t i = 0; i < groups; ++i) {
    emulator::SeedGroup group;
    group.name = fmt::format("g{}", i);
    group.id = fmt::format("evg-{:020}", i);
    group.variables = {{"KEY", "made-up-value"}};
    scenario.workspace.groups.push_back(group);
    model::DesiredGroup wanted;
    wanted.name.text = group.name;
    scenario.desired.groups.push_back(wanted);
  }
  const std::size_t a_layer = (services + layers - 1) / layers;
  for (std::size_t i = 0; i < services; ++i) {
    emulator::SeedService seed;
    seed.name = fmt::format("s{}", i);
    seed.id = fmt::format("srv-{:020}", i);
    seed.build = seconds(30 + static_cast<long>(i * 37 % 61));
    seed.start = seconds(5);
    model::DesiredService wanted;
    wanted.name.text = seed.name;
    wanted.link = {{fmt::format("g{}", i % groups), {}}};
    if (i >= a_layer) wanted.after = {{fmt::format("s{}", i - a_layer), {}}};
    scenario.workspace.services.push_back(std::move(seed));
    scenario.desired.services.push_back(std::move(wanted));
  }
  scenario.desired.file = "envlink.yaml";
  scenario.desired.rollout.deploy = model::DeployChoice::rebuild;
  scenario.desired.rollout.max_parallel = static_cast<int>(services);
  scenario.desired.rollout.on_failure = model::OnFailure::continue_;
  scenario.hostility.most_faults = 0;
  return scenario;
}

bool is_look(const api::Request& request) {
  return request.method == api::Method::get && request.target.find("/deploys/dep-") != std::string::npos;
}

struct Counts final : Listener {
  void sent(int, Time, const api::Request&) override { ++requests; }
  void reached(Time at, const api::Request& request, const api::Response& response) override {
    if (response.status == 429) ++refused;
    if (!is_look(request)) return;
    ++looks;
    ++looks_in[at.time_since_epoch() / minutes(1)];
    looked_at.insert(request.target.substr(request.target.rfind('/') + 1));
  }
  void told(int, Time, const api::Request&, const api::Outcome&) override {}
  int requests = 0;
  int refused = 0;
  int looks = 0;
  std::map<long, int> looks_in;  // by minute
  std::set<std::string> looked_at;
};

/// Another client with the same key, which sends at a steady rate.
struct Neighbour {
  int reads_a_minute = 0;
  int writes_a_minute = 0;
  int sent = 0;
  int refused = 0;
};

class Line final : public engine::Recorder, public engine::Observer, public engine::Transport {
 public:
  Line(const Scenario& scenario, emulator::World& world, Wire& wire, Neighbour& neighbour, std::string silent)
      : scenario_(scenario), world_(world), wire_(wire), neighbour_(neighbour), silent_(std::move(silent)) {}

  void keep(const std::vector<engine::PriorValue>&) override {}
  void record(const std::vector<engine::Event>& events) override {
    for (const engine::Event& event : events) {
      if (const auto* ended = event.as<engine::ServiceEnded>()) ended_at[ended->service.position] = event.at;
    }
  }
  void notice(const engine::Event&) override {}
  std::optional<Time> repaint(Time) override {
    REQUIRE(++turns < 1'000'000);
    return std::nullopt;
  }
  void send(const engine::Call& call) override {
    if (silent_.empty() || call.request.target.find(silent_) == std::string::npos) return wire_.send(call);
    hanging_.emplace(wire_.now() + call.timeout, call.id);
  }
  engine::Arrivals wait(std::optional<Time> until) override {
    while (true) {
      std::optional<Time> next = until;
      if (neighbour_.reads_a_minute > 0) next = std::min(next.value_or(next_read_), next_read_);
      if (neighbour_.writes_a_minute > 0) next = std::min(next.value_or(next_write_), next_write_);
      if (!hanging_.empty()) next = std::min(next.value_or(hanging_.begin()->first), hanging_.begin()->first);
      engine::Arrivals arrivals = wire_.wait(next);
      while (!hanging_.empty() && hanging_.begin()->first <= wire_.now()) {
        arrivals.replies.push_back({hanging_.begin()->second, api::NoAnswer{"timed out", true}});
        hanging_.erase(hanging_.begin());
      }
      act_as_neighbour();
      if (!arrivals.replies.empty() || (until && wire_.now() >= *until)) return arrivals;
    }
  }

  std::map<std::size_t, Time> ended_at;
  int turns = 0;

 private:
  void act_as_neighbour() {
    while (neighbour_.reads_a_minute > 0 && next_read_ <= wire_.now()) {
      ask(api::Method::get, "/v1/owners");
      next_read_ += Duration(minutes(1)) / neighbour_.reads_a_minute;
    }
    while (neighbour_.writes_a_minute > 0 && next_write_ <= wire_.now()) {
      ask(api::Method::delete_, "/v1/env-groups/evg-unknown/services/srv-unknown");
      next_write_ += Duration(minutes(1)) / neighbour_.writes_a_minute;
    }
  }
  void ask(api::Method method, std::string_view target) {
    ++neighbour_.sent;
    const auto answer =
        world_.handle(method, target, "Bearer " + scenario_.workspace.api_key, {}, wire_.world_now());
    if (answer.status == 429) ++neighbour_.refused;
  }
  const Scenario& scenario_;
  emulator::World& world_;
  Wire& wire_;
  Neighbour& neighbour_;
  std::string silent_;  // an id; requests that contain it get no answer
  std::multimap<Time, engine::CallId> hanging_;
  Time next_read_ = wire_.now();
  Time next_write_ = wire_.now();
};

struct Played {
  int exit_code = -1;
  int limited = 0;
  Counts counts;
  std::map<std::size_t, Time> ended_at;
  engine::Progress progress;
  std::size_t most_deploys = 0;  // of any one service
  std::size_t deploys = 0;
  Duration took{};
};

Played play(const Scenario& scenario, Neighbour& neighbour, const std::string& silent = {}) {
  const Time start = Time(hours(24 * 365 * 56)) + seconds(17);
  Choices choices(1);
  emulator::World world(scenario.workspace, start, 1.0, 1);
  Played played;
  Wire wire(scenario, choices, world, played.counts, start);
  engine::WorkspaceReader reader(scenario.desired, "");
  Line before(scenario, world, wire, neighbour, {});
  engine::run(reader, wire, before, before, before);
  REQUIRE(reader.result().has_value());
  plan::Plan plan = plan::make_plan(scenario.desired, *reader.result());
  REQUIRE_FALSE(plan.refused());
  engine::Rollout rollout(std::move(plan), reader.budget());
  wire.new_activity();
  const Time began = wire.now();
  Line line(scenario, world, wire, neighbour, silent);
  engine::run(rollout, wire, line, line, line);
  played.exit_code = exit_code(rollout.outcome());
  played.limited = world.limited();
  played.ended_at = line.ended_at;
  played.progress = rollout.progress();
  played.took = wire.now() - began;
  std::map<std::string, std::size_t> of;
  for (const auto& deploy : world.deploys()) {
    if (deploy.created < began) continue;
    ++played.deploys;
    played.most_deploys = std::max(played.most_deploys, ++of[deploy.service_id]);
  }
  return played;
}

/// How much later, at most, the other services end if requests about one are never answered.
Duration held_up_by(const Scenario& scenario, std::size_t silent) {
  Neighbour nobody;
  const Played whole = play(scenario, nobody);
  const Played played = play(scenario, nobody, scenario.workspace.services[silent].id);
  CHECK(whole.exit_code == 0);
  CHECK(played.exit_code == 1);
  CHECK(played.progress.services[silent].outcome == ServiceOutcome::unsettled);
  Duration latest{};
  for (const auto& [service, at] : whole.ended_at) {
    if (service == silent) continue;
    REQUIRE(played.ended_at.contains(service));
    CHECK(engine::succeeded(played.progress.services[service].outcome));
    latest = std::max(latest, played.ended_at.at(service) - at);
  }
  MESSAGE("the others end at most ", format_duration(latest), " later");
  return latest;
}

int most_looks_in_a_minute(const Played& played) {
  int most = 0;
  for (const auto& [minute, looks] : played.counts.looks_in) most = std::max(most, looks);
  return most;
}

}  // namespace

TEST_CASE(
    "rollouts of nine to a thousand services have one deploy each, no 429, and watch with at most three "
    "quarters of the reads") {
  for (const std::size_t services : {9U, 100U, 1'000U}) {
    for (const std::size_t groups : {1U, 3U}) {
      if (services == 1'000 && groups == 1) continue;
      CAPTURE(services);
      CAPTURE(groups);
      const Scenario scenario = many_services(services, groups);
      Neighbour nobody;
      const Played played = play(scenario, nobody);
      CHECK(played.exit_code == 0);
      CHECK(played.limited == 0);
      CHECK(played.deploys == services);
      CHECK(played.most_deploys == 1);
      CHECK(played.counts.looked_at.size() == services);
      // Requests in progress at the start of a minute count in it too.
      CHECK(most_looks_in_a_minute(played) <= scenario.workspace.behaviour.read_limit * 3 / 4 + under_way);
      MESSAGE(services, " services, ", groups, " groups: ", played.counts.requests, " requests, ",
              played.counts.looks, " looks, at most ", most_looks_in_a_minute(played), " a minute; ",
              format_duration(played.took));
    }
  }
}

TEST_CASE("next to a client with 150 reads and 30 writes a minute, both make progress") {
  const Scenario scenario = many_services(1'000, 3);
  Neighbour neighbour{150, 30};
  const Played played = play(scenario, neighbour);
  CHECK(played.exit_code == 0);
  CHECK(played.deploys == 1'000);
  CHECK(played.most_deploys == 1);
  MESSAGE(played.counts.requests, " requests in ", format_duration(played.took), ", 429 for ",
          played.counts.refused, " of them and for ", neighbour.refused, " of the other's ", neighbour.sent);
  CHECK(played.counts.refused * 100 <= played.counts.requests);
  CHECK(neighbour.refused * 100 <= neighbour.sent);
}

TEST_CASE("one service that never answers does not hold up the others") {
  struct Row {
    std::size_t silent;
    Duration most;
  };
  // The first answer shows the rate limit. If it is lost, the other requests wait for a while.
  for (const Row& row : {Row{39, seconds(5)}, Row{0, seconds(15)}}) {
    CAPTURE(row.silent);
    Scenario scenario = many_services(40, 3);
    scenario.desired.services[10].after.clear();  // nothing depends on the first service
    CHECK(held_up_by(scenario, row.silent) <= row.most);
  }
}

TEST_CASE("one service with more links than parallel requests leaves room for the others") {
  const std::size_t silent = 5;
  Scenario scenario = many_services(40, under_way + 4);
  auto& links = scenario.desired.services[silent].link;
  links.clear();
  for (const model::DesiredGroup& group : scenario.desired.groups) links.push_back(group.name);
  scenario.desired.services[silent + 10].after.clear();  // nothing depends on it
  CHECK(held_up_by(scenario, silent) <= seconds(15));
}
