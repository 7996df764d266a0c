#include "team_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "api/written_value.h"
#include "choices.h"
#include "emulator/world.h"
#include "engine/event_json.h"
#include "run/commands.h"
#include "run/nowhere.h"
#include "simulated_digest.h"
#include "team/shared_budget.h"
#include "team/team_store.h"
#include "team_database.h"
#include "turns.h"
#include "violation.h"

namespace envlink::simulation {
namespace {

using model::Outcome;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Time epoch{hours(24 * 365 * 56)};
constexpr int machines = 5;
constexpr int most_commands = 4;  // of each machine, while there is trouble
constexpr int most_last_commands = 60;
constexpr Duration trouble_lasts = minutes(20);

model::ValueDigest team_digest(model::ValueKind kind, std::string_view name, std::string_view value) {
  return simulated_digest(kind, name, value, 0);
}

struct Killed {};

struct Trouble {
  DatabaseTrouble database{};
  double kill = 0;         // at each statement and each wait
  double lost_before = 0;  // a request, without effect
  double lost_after = 0;   // a request that takes effect
  double sleep = 0;        // a machine sleeps for up to 3 minutes, at each wait
  double interrupt = 0;    // Ctrl-C twice, at each wait
};

emulator::Workspace draw_workspace(Choices& choices) {
  emulator::Workspace workspace;
  emulator::SeedGroup group;
  group.name = "secrets";
  group.id = "evg-00000000000000000001";
  group.variables = {{"KEY", "value"}};
  workspace.groups = {group};
  for (std::size_t i = 0; i < 3 + choices.pick(3); ++i) {
    emulator::SeedService service;
    service.name = fmt::format("service-{}", i + 1);
    service.id = fmt::format("srv-0000000000000000000{}", i + 1);
    service.build = choices.span(seconds(5), seconds(60));
    service.start = choices.span(seconds(1), seconds(10));
    workspace.services.push_back(service);
  }
  if (choices.chance(0.5)) workspace.behaviour.read_limit = static_cast<int>(60 + choices.pick(60));
  if (choices.chance(0.3)) workspace.behaviour.write_limit = static_cast<int>(5 + choices.pick(10));
  if (choices.chance(0.3)) workspace.behaviour.list_lag = choices.span(Duration{0}, seconds(6));
  return workspace;
}

model::Desired draw_desired(Choices& choices, const emulator::Workspace& workspace) {
  model::Desired desired;
  desired.file = "envlink.yaml";
  model::DesiredGroup group;
  group.name.text = "secrets";
  desired.groups = {group};
  for (std::size_t i = 0; i < workspace.services.size(); ++i) {
    model::DesiredService service;
    service.name.text = workspace.services[i].name;
    service.link = {{"secrets", {}}};
    if (i > 0 && choices.chance(0.6)) service.after = {{workspace.services[choices.pick(i)].name, {}}};
    desired.services.push_back(service);
  }
  desired.rollout.deploy = model::DeployChoice::rebuild;
  return desired;
}

Trouble draw_trouble(Choices& choices) {
  Trouble trouble;
  const auto sometimes = [&](double share, double most) {
    return choices.chance(share) ? most * static_cast<double>(choices.pick(1000)) / 1000 : 0;
  };
  trouble.kill = sometimes(0.6, 0.02);
  trouble.lost_before = sometimes(0.3, 0.1);
  trouble.lost_after = sometimes(0.3, 0.1);
  trouble.sleep = sometimes(0.3, 0.02);
  trouble.interrupt = sometimes(0.3, 0.02);
  trouble.database = {.refused = sometimes(0.3, 0.1),
                      .answer_lost = sometimes(0.4, 0.05),
                      .late = sometimes(0.4, 0.05),
                      .slow = sometimes(0.3, 0.1)};
  if (choices.chance(0.3)) trouble.database.outages = static_cast<int>(1 + choices.pick(3));
  if (choices.chance(0.3)) trouble.database.freezes = static_cast<int>(1 + choices.pick(3));
  if (choices.chance(0.2)) trouble.database.failovers = static_cast<int>(1 + choices.pick(2));
  return trouble;
}

class TeamCase;

/// One process of envlink, from its start to its end.
class TeamProcess final : public run::Network, public run::Frontend, public engine::Clock {
 public:
  TeamProcess(TeamCase& team, int machine, Duration skew, std::string name);
  std::optional<Outcome> carry_out(const std::function<Outcome(run::Context&)>& command);

  Time now() override;
  std::unique_ptr<engine::Transport> connect() override;
  std::unique_ptr<engine::Observer> watch_reading(const engine::WorkspaceReader&) override {
    return std::make_unique<engine::NullObserver>();
  }
  void show_plan(const plan::Plan&) override {}
  Result<void> confirm(run::Question) override;
  std::unique_ptr<engine::Observer> watch(std::int64_t run, const engine::Rollout&) override;
  void rolled_out(std::int64_t, const engine::Rollout&, run::RunEnd) override {}
  void show_verification(const plan::Verification&) override {}
  void show_reads(const engine::ReadCounts&) override {}
  void show_unfinished(const run::StoredRun&, std::string_view) override {}
  void report(const Error& error) override;
  void say(std::string_view text) override;
  void say_waiting(std::string_view text) override { say(text); }

 private:
  class Line;
  /// The store, and what it was told of the run that goes on.
  class Watched;
  friend class Line;
  void may_be_killed();

  TeamCase& team_;
  int machine_;
  Duration skew_;
  std::string name_;
  TeamConnection connection_;
  team::TeamStore store_;
  team::SharedBudget budget_;
};

class TeamCase {
 public:
  TeamCase(std::uint64_t seed, bool trace)
      : choices(seed),
        trouble(draw_trouble(choices)),
        workspace(draw_workspace(choices)),
        desired(draw_desired(choices, workspace)),
        turns(epoch + choices.span(Duration{0}, minutes(2))),
        server(turns, choices, trouble.database, trouble_lasts),
        world(workspace, turns.now(), 1.0, static_cast<unsigned>(seed)),
        deploys_before(world.deploy_count()),
        began_at(turns.now()),
        traces(trace) {
    for (Duration& skew : skews) skew = choices.span(-hours(1), hours(1));
  }

  TeamEnded play();
  std::optional<Outcome> command(int machine);
  void machine_works(int machine);
  void finish();
  void check_end();
  void check_write(const std::string& process, const api::Request& request);

  Choices choices;
  Trouble trouble;
  emulator::Workspace workspace;
  model::Desired desired;
  Turns turns;
  TeamServer server;
  emulator::World world;
  std::size_t deploys_before;
  Time began_at;
  bool traces;
  std::array<Duration, machines + 1> skews{};  // of the machines' clocks
  TeamEnded ended{};
  std::map<std::string, std::size_t> recorded;  // by process: the events of its run that were stored for it
  std::map<std::string, std::int64_t> run_of;   // by process
  std::map<std::string, int> asked;             // by service: deploys that were requested
  int limited = 0;
};

class TeamProcess::Line final : public engine::Transport {
 public:
  explicit Line(TeamProcess& process) : process_(process), inbox_(std::make_shared<Inbox>()) {}
  void send(const engine::Call& call) override { unsent_.push_back(call); }
  /// As with libcurl, requests leave here.
  engine::Arrivals wait(std::optional<Time> until) override {
    process_.may_be_killed();
    for (const engine::Call& call : std::exchange(unsent_, {})) transmit(call);
    TeamCase& team = process_.team_;
    if (team.choices.chance(team.trouble.sleep)) team.turns.pause(team.choices.span(seconds(1), minutes(3)));
    const auto inbox = inbox_;
    team.turns.wait(until ? std::optional(*until - process_.skew_) : std::nullopt,
                    [inbox] { return !inbox->replies.empty(); });
    engine::Arrivals arrivals = std::exchange(*inbox, {});
    if (team.choices.chance(team.trouble.interrupt)) arrivals.interrupts = 2;
    return arrivals;
  }

 private:
  using Inbox = engine::Arrivals;
  void transmit(const engine::Call& call) {
    TeamCase& team = process_.team_;
    ++team.ended.requests;
    const bool writes = call.request.method != api::Method::get;
    if (writes) team.check_write(process_.name_, call.request);
    const Time there = team.turns.now() + team.choices.span(milliseconds(1), milliseconds(400));
    const Time back = there + team.choices.span(milliseconds(1), milliseconds(400));
    const bool lost_before = team.choices.chance(team.trouble.lost_before);
    const bool lost_after = team.choices.chance(team.trouble.lost_after);
    auto outcome = std::make_shared<api::Outcome>(api::NoAnswer{"simulated: cut", false});
    if (!lost_before) {
      team.turns.at(there, [&team, call, outcome, lost_after] {
        api::Response response = team.world.handle(
            call.request.method, "/v1" + call.request.target, "Bearer " + team.workspace.api_key,
            api::WrittenValue::body_of(call.request), team.turns.now());
        if (response.status == 429) ++team.limited;
        if (!lost_after) *outcome = std::move(response);
      });
    }
    team.turns.at(back, [inbox = inbox_, id = call.id, outcome] {
      inbox->replies.push_back({id, std::move(*outcome)});
    });
  }
  TeamProcess& process_;
  std::shared_ptr<Inbox> inbox_;
  std::vector<engine::Call> unsent_;
};

class TeamProcess::Watched final : public engine::Observer {
 public:
  Watched(TeamCase& team, std::string process) : team_(team), process_(std::move(process)) {}
  /// The loop shows an event once it is stored.
  void notice(const engine::Event& event) override {
    ++team_.recorded[process_];
    if (team_.traces) fmt::print("  {} {}\n", process_, engine::to_json(event));
  }
  std::optional<Time> repaint(Time) override { return std::nullopt; }

 private:
  TeamCase& team_;
  std::string process_;
};

TeamProcess::TeamProcess(TeamCase& team, int machine, Duration skew, std::string name)
    : team_(team),
      machine_(machine),
      skew_(skew),
      name_(std::move(name)),
      connection_(team.server, name_),
      store_(connection_, {.clock = *this,
                           .wait =
                               [this](Duration span) {
                                 may_be_killed();
                                 team_.turns.pause(span);
                                 return true;
                               },
                           .random_id =
                               [this, count = 0]() mutable {
                                 const std::string id = fmt::format("{} {}", name_, ++count);
                                 return id;
                               },
                           .who = {.user = "dev", .host = fmt::format("machine-{}", machine), .process = 1},
                           .why_unsealed = "no store key"}),
      budget_(connection_, *this, "key",
              [this, count = 0]() mutable { return fmt::format("{} {}", name_, ++count); }) {}

void TeamProcess::may_be_killed() {
  if (!team_.choices.chance(team_.trouble.kill)) return;
  connection_.die();
  throw Killed{};
}

Time TeamProcess::now() {
  return team_.turns.now() + skew_;
}

std::unique_ptr<engine::Transport> TeamProcess::connect() {
  may_be_killed();
  return std::make_unique<Line>(*this);
}

Result<void> TeamProcess::confirm(run::Question) {
  may_be_killed();
  team_.turns.pause(team_.choices.chance(0.1) ? team_.choices.span(Duration{0}, minutes(3)) : Duration{0});
  return {};
}

std::unique_ptr<engine::Observer> TeamProcess::watch(std::int64_t run, const engine::Rollout&) {
  team_.run_of[name_] = run;
  const auto& runs = team_.server.database().state().runs;
  const auto stored = runs.find(run);
  team_.recorded[name_] = stored == runs.end() ? 0 : stored->second.events.size();
  return std::make_unique<Watched>(team_, name_);
}

void TeamProcess::report(const Error& error) {
  if (team_.traces) fmt::print("  {} {}\n", name_, describe(error));
}

void TeamProcess::say(std::string_view text) {
  if (team_.traces) fmt::print("  {} {}\n", name_, text);
}

std::optional<Outcome> TeamProcess::carry_out(const std::function<Outcome(run::Context&)>& command) {
  run::Context context{.store = store_,
                       .locks = store_,
                       .network = *this,
                       .clock = *this,
                       .frontend = *this,
                       .user = "dev",
                       .host = fmt::format("machine-{}", machine_),
                       .digests = [](bool) { return run::Digests{team_digest, "team"}; },
                       .sharing = &budget_};
  try {
    return command(context);
  } catch (const Killed&) {
    return std::nullopt;
  }
}

/// Without a failover that lost commits, only the holder of the lock writes, and all its events are stored.
/// After one, a holder may send what it had recorded until it must renew.
void TeamCase::check_write(const std::string& process, const api::Request& request) {
  if (request.target.ends_with("/deploys"))
    ++asked[request.target.substr(std::string_view("/services/").size(), 24)];
  const auto& state = server.database().state();
  const auto failed_over = server.failed_over();
  const bool excused = failed_over && turns.now() < *failed_over + team::lease_length;
  if (excused) return;
  const auto lock = state.locks.find(workspace.owner_id);
  if (lock == state.locks.end() || !lock->second.holder.id.starts_with(process + " "))
    throw Violation(fmt::format("team: {} writes without the lock", process));
  if (lock->second.until <= turns.now())
    throw Violation(fmt::format("team: {} writes after its lock ended", process));
  const auto run = state.runs.find(run_of[process]);
  if (run == state.runs.end() || run->second.events.size() != recorded[process])
    throw Violation(fmt::format("team: {} writes before its events are stored", process));
}

std::optional<Outcome> TeamCase::command(int machine) {
  const Duration skew = skews[static_cast<std::size_t>(machine)];
  const std::string name = fmt::format("m{}p{}", machine, ++ended.processes);
  const Time began = turns.now();
  TeamProcess process(*this, machine, skew, name);
  if (traces) fmt::print("{} begins at {}\n", name, format_rfc3339(turns.now()));
  const run::LockWait wait{choices.chance(0.5) ? Duration{minutes(10)} : Duration{0}};
  const auto outcome = process.carry_out([&](run::Context& context) {
    const auto left = run::choose_resumable(context.store, 0);
    if (!left) return run::end_with(context, left.error());
    if (*left && choices.chance(0.8)) return run::resume(context, **left, wait);
    return run::apply(context, {.desired = desired}, {.lock_wait = wait});
  });
  if (turns.now() > began + minutes(40)) throw Violation("team: a command takes too long");
  if (!outcome) ++ended.kills;
  if (traces)
    fmt::print("{} ends at {}: {}\n", name, format_rfc3339(turns.now()),
               outcome ? model::to_string(*outcome) : "killed");
  return outcome;
}

void TeamCase::machine_works(int machine) {
  for (int i = 0; i < most_commands; ++i) {
    turns.pause(choices.span(Duration{0}, i == 0 ? seconds(30) : minutes(3)));
    command(machine);
  }
}

/// One person finishes what is left, without trouble.
void TeamCase::finish() {
  trouble = {};
  server.no_more_trouble();
  // All outages are over, late requests and statements have arrived, and a window has passed.
  turns.pause(std::max(Duration{0}, began_at + trouble_lasts - turns.now()) + minutes(3));
  const Time began = turns.now();
  for (int i = 0;; ++i) {
    const auto outcome = command(0);
    if (outcome == Outcome::nothing_to_do) break;
    if (i == most_last_commands) throw Violation("team: the work does not come to an end");
  }
  if (turns.now() > began + minutes(45)) throw Violation("team: the work takes too long");
}

void TeamCase::check_end() {
  world.advance(turns.now());
  for (const emulator::SeedService& service : workspace.services) {
    if (!world.is_linked(workspace.groups[0].id, service.id))
      throw Violation(fmt::format("team: {} is not linked in the end", service.name));
    const auto serving = world.serving_deploy(service.id);
    if (!serving || !world.carries_link(*serving, workspace.groups[0].id))
      throw Violation(fmt::format("team: {} does not run with its group in the end", service.name));
    int deploys = 0;
    for (std::size_t i = deploys_before; i < world.deploy_count(); ++i) {
      if (world.deploy(i).service_id == service.id) ++deploys;
    }
    if (deploys > 1 && !server.failed_over())
      throw Violation(fmt::format("team: {} was deployed {} times", service.name, deploys));
  }
  if (limited > 0 && !server.had_trouble())
    throw Violation(fmt::format("team: {} requests were limited", limited));
}

TeamEnded TeamCase::play() {
  std::vector<std::function<void()>> bodies;
  for (int machine = 1; machine <= machines; ++machine)
    bodies.emplace_back([this, machine] { machine_works(machine); });
  turns.run(std::move(bodies));
  turns.run({[this] { finish(); }});
  check_end();
  ended.locks = server.locks;
  ended.taken_from_dead = server.taken_from_gone;
  ended.taken_from_alive = server.taken_from_alive;
  ended.late_statements = server.late_statements;
  ended.lost_commits = server.lost_commits;
  ended.failovers = server.failed_over() ? 1 : 0;
  return ended;
}

}  // namespace

void TeamEnded::add(const TeamEnded& other) {
  processes += other.processes;
  kills += other.kills;
  requests += other.requests;
  locks += other.locks;
  taken_from_dead += other.taken_from_dead;
  taken_from_alive += other.taken_from_alive;
  late_statements += other.late_statements;
  failovers += other.failovers;
  lost_commits += other.lost_commits;
}

TeamEnded play_team(std::uint64_t seed, bool trace) {
  return TeamCase(seed, trace).play();
}

}  // namespace envlink::simulation
