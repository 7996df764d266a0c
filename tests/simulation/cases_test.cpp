// Named cases of a rollout: what Render or a colleague does, and the result that envlink must reach. The
// same network, World and oracles as in the random schedules.

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>

#include "engine/rollout.h"
#include "engine/run_loop.h"
#include "engine/workspace_reader.h"
#include "oracles.h"
#include "plan/make_plan.h"
#include "sample.h"

using namespace envlink;
using namespace envlink::simulation;
using engine::ServiceOutcome;
using std::chrono::seconds;

namespace {

class Quiet final : public engine::Recorder, public engine::Observer {
 public:
  void keep(const std::vector<engine::PriorValue>&) override {}
  void record(const std::vector<engine::Event>& events) override {
    all.insert(all.end(), events.begin(), events.end());
    if (oracles != nullptr) oracles->recorded(events);
  }
  void notice(const engine::Event&) override {}
  std::optional<Time> repaint(Time) override {
    REQUIRE(++turns < 100'000);
    return std::nullopt;
  }
  Oracles* oracles = nullptr;
  std::vector<engine::Event> all;
  int turns = 0;
};

struct Told {
  int exit_code = 0;
  engine::ServiceProgress first;
  engine::ServiceProgress second;
  std::size_t api_deploys = 0;  // of the first service, requested through the API
  std::vector<engine::Event> events;
  int logs_asked = 0;
};

/// Drops or replaces answers on their way to the engine, starting with the first read about a failure.
class FaultyTransport final : public engine::Transport {
 public:
  struct InjectedReply {
    std::string about;                   // part of the request's target
    std::optional<api::Outcome> answer;  // unset: the answer is lost
    int times = 1'000;
    bool interrupt = false;
  };
  explicit FaultyTransport(Wire& wire) : wire_(wire) {}
  void send(const engine::Call& call) override {
    began_ = began_ || call.request.target.find("/events?") != std::string::npos;
    if (began_) ++asked_[call.request.target.substr(0, call.request.target.find('?'))];
    targets_[call.id] = call.request.target;
    wire_.send(call);
  }
  engine::Arrivals wait(std::optional<Time> until) override {
    engine::Arrivals arrivals = wire_.wait(until);
    std::vector<engine::Reply> kept;
    for (engine::Reply& reply : arrivals.replies) {
      const auto found = std::find_if(injected.begin(), injected.end(), [&](const InjectedReply& one) {
        return began_ && one.times > 0 && targets_[reply.id].find(one.about) != std::string::npos;
      });
      if (found == injected.end()) {
        kept.push_back(std::move(reply));
        continue;
      }
      --found->times;
      arrivals.interrupts += found->interrupt ? 1 : 0;
      if (found->answer) kept.push_back({reply.id, *found->answer});
    }
    arrivals.replies = std::move(kept);
    return arrivals;
  }
  int asked(const std::string& path) const { return asked_.contains(path) ? asked_.at(path) : 0; }
  std::vector<InjectedReply> injected;

 private:
  Wire& wire_;
  bool began_ = false;
  std::map<engine::CallId, std::string> targets_;
  std::map<std::string, int> asked_;
};

Told play(const Scenario& scenario, std::uint64_t seed = 1,
          std::vector<FaultyTransport::InjectedReply> injected = {}) {
  Choices choices(seed);
  const Time start{std::chrono::hours(24 * 365 * 56)};
  emulator::World world(scenario.workspace, start, 1.0, 1);
  Oracles oracles(scenario, world, start);
  Wire wire(scenario, choices, world, oracles, start);
  Quiet quiet;
  engine::WorkspaceReader reader(scenario.desired, "");
  engine::run(reader, wire, wire, quiet, quiet);
  REQUIRE(reader.result().has_value());
  const plan::Plan plan = plan::make_plan(scenario.desired, *reader.result());
  REQUIRE_FALSE(plan.refused());
  oracles.run_begins(plan, wire.now(), 1);
  quiet.all.clear();
  quiet.oracles = &oracles;
  wire.new_activity();
  engine::Rollout rollout(plan, reader.budget());
  FaultyTransport faulty(wire);
  faulty.injected = std::move(injected);
  engine::run(rollout, wire, faulty, quiet, quiet);
  const int code = exit_code(rollout.outcome());
  for (const engine::Event& event : quiet.all) event_survives(event);
  oracles.run_ended(rollout.outcome());
  Told told{code,      rollout.progress().services[0], rollout.progress().services[1], 0,
            quiet.all, faulty.asked("/logs")};
  for (const auto& deploy : world.deploys()) {
    if (deploy.created < start) continue;
    if (deploy.service_id == plan.services[0].id.text() && deploy.trigger == "api") ++told.api_deploys;
  }
  return told;
}

}  // namespace

TEST_CASE("each course of a deploy leads to the right result") {
  struct Row {
    std::string name;
    std::function<void(Scenario&)> change;
    int exit_code;
    ServiceOutcome first;
    ServiceOutcome second;
  };
  const auto strike_deploys = [](Scenario& s, double Hostility::* dial) {
    s.hostility.only_deploys = true;
    s.hostility.*dial = 1;
    s.hostility.most_faults = 1;
  };
  const auto act = [](Act::Kind kind, int after) {
    return [=](Scenario& s) { s.acts = {{kind, seconds(after), s.workspace.services[0].id}}; };
  };
  const std::vector<Row> rows = {
      {"201, and live", [](Scenario&) {}, 0, ServiceOutcome::live, ServiceOutcome::live},
      {"empty 202 behind a push, wait policy", act(Act::Kind::push, 0), 0, ServiceOutcome::live,
       ServiceOutcome::live},
      {"a push in progress is overridden",
       [&](Scenario& s) {
         act(Act::Kind::push, 0)(s);
         s.workspace.behaviour.overlap = emulator::Overlap::override_;
       },
       0, ServiceOutcome::live, ServiceOutcome::live},
      {"a later push overrides ours and carries the change",
       [&](Scenario& s) {
         act(Act::Kind::push, 15)(s);
         s.workspace.behaviour.overlap = emulator::Overlap::override_;
       },
       0, ServiceOutcome::live, ServiceOutcome::live},
      {"ours is skipped in the queue, a later push goes in its place",
       [](Scenario& s) {
         for (const int after : {0, 15})
           s.acts.push_back({Act::Kind::push, seconds(after), s.workspace.services[0].id});
       },
       0, ServiceOutcome::live, ServiceOutcome::live},
      {"each answer comes twice",
       [](Scenario& s) {
         s.hostility.twice = 1;
         s.hostility.most_faults = 1'000;
       },
       0, ServiceOutcome::live, ServiceOutcome::live},
      {"two services at once, answers in any order", [](Scenario& s) { s.desired.services[1].after.clear(); },
       0, ServiceOutcome::live, ServiceOutcome::live},
      {"a human cancels ours", act(Act::Kind::cancel_newest, 15), 5, ServiceOutcome::canceled,
       ServiceOutcome::not_started},
      {"the answer is lost after it took effect",
       [&](Scenario& s) { strike_deploys(s, &Hostility::lose_after); }, 0, ServiceOutcome::live,
       ServiceOutcome::live},
      {"the connection is cut before it takes effect",
       [&](Scenario& s) { strike_deploys(s, &Hostility::lose_before); }, 0, ServiceOutcome::live,
       ServiceOutcome::live},
      {"the answer is lost and the effect comes late",
       [&](Scenario& s) { strike_deploys(s, &Hostility::late); }, 0, ServiceOutcome::live,
       ServiceOutcome::live},
      {"503 and no effect", [&](Scenario& s) { strike_deploys(s, &Hostility::error_before); }, 0,
       ServiceOutcome::live, ServiceOutcome::live},
      {"500 and it took effect", [&](Scenario& s) { strike_deploys(s, &Hostility::error_after); }, 0,
       ServiceOutcome::live, ServiceOutcome::live},
      {"a success whose body is no JSON", [&](Scenario& s) { strike_deploys(s, &Hostility::garbage); }, 0,
       ServiceOutcome::live, ServiceOutcome::live},
      {"201 with a deploy that was there before",
       [&](Scenario& s) { strike_deploys(s, &Hostility::old_deploy); }, 0, ServiceOutcome::live,
       ServiceOutcome::live},
      {"429",
       [&](Scenario& s) {
         strike_deploys(s, &Hostility::limited);
         s.lone = false;
       },
       0, ServiceOutcome::live, ServiceOutcome::live},
      {"an image cron job is live at once",
       [](Scenario& s) {
         s.workspace.services[0].type = model::ServiceType::cron_job;
         s.workspace.services[0].id = "crn-00000000000000000001";
         s.workspace.services[0].image = true;
       },
       0, ServiceOutcome::live, ServiceOutcome::live},
      {"the build fails",
       [](Scenario& s) { s.workspace.services[0].outcome = emulator::Outcome::build_failed; }, 5,
       ServiceOutcome::failed, ServiceOutcome::not_started},
      {"the start fails",
       [](Scenario& s) { s.workspace.services[0].outcome = emulator::Outcome::update_failed; }, 5,
       ServiceOutcome::failed, ServiceOutcome::not_started},
      {"the time is up before it is live", [](Scenario& s) { s.desired.rollout.timeout = seconds(20); }, 7,
       ServiceOutcome::timed_out, ServiceOutcome::not_started},
      {"Render redeploys by itself when a link changes",
       [](Scenario& s) { s.workspace.behaviour.link_deploys = true; }, 0, ServiceOutcome::live,
       ServiceOutcome::live},
      {"the PATCH of the service links",
       [](Scenario& s) {
         s.desired.api.link_method = model::LinkMethod::service_patch;
         s.workspace.behaviour.service_patch_links = true;
       },
       0, ServiceOutcome::live, ServiceOutcome::live},
      {"the PATCH of the service changes nothing",
       [](Scenario& s) { s.desired.api.link_method = model::LinkMethod::service_patch; }, 1,
       ServiceOutcome::failed, ServiceOutcome::not_started},
  };
  for (const Row& row : rows) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      CAPTURE(row.name);
      CAPTURE(seed);
      Scenario scenario = two_services();
      row.change(scenario);
      const Told told = play(scenario, seed);
      CHECK(told.exit_code == row.exit_code);
      CHECK(told.first.outcome == row.first);
      CHECK(told.second.outcome == row.second);
      CHECK(told.api_deploys <= 1);
    }
  }
}

TEST_CASE("if Render redeploys by itself when the link changes, envlink requests one more deploy") {
  Scenario scenario = two_services();
  scenario.workspace.behaviour.link_deploys = true;
  const Told told = play(scenario);
  CHECK(told.exit_code == 0);
  CHECK(told.api_deploys == 1);
}

TEST_CASE("a PATCH without effect is reported as such, with the setting that works") {
  Scenario scenario = two_services();
  scenario.desired.api.link_method = model::LinkMethod::service_patch;
  const Told told = play(scenario);
  CHECK(told.first.reason.find("answered the PATCH of the service with 200, but nothing changed") !=
        std::string::npos);
  CHECK(told.first.cure.find("link_method: env-group") != std::string::npos);
  CHECK(told.api_deploys == 0);
}

TEST_CASE("the events alone rebuild the progress that was shown") {
  Scenario scenario = two_services();
  scenario.workspace.services[1].outcome = emulator::Outcome::build_failed;
  const Told told = play(scenario);
  engine::Progress progress;
  progress.links.resize(2);
  progress.services.resize(2);
  for (const engine::Event& event : told.events) progress.apply(event);
  CHECK(progress.outcome == model::Outcome::deploy_failed);
  CHECK(progress.services[0].outcome == ServiceOutcome::live);
  CHECK(progress.services[0].deploy == told.first.deploy);
  CHECK(progress.services[1].outcome == ServiceOutcome::failed);
  CHECK(progress.services[1].reason == told.second.reason);
}

namespace {

/// The second service's builds fail. Its group, and the service itself, have values to mask.
Scenario failing(emulator::Outcome outcome = emulator::Outcome::build_failed) {
  Scenario scenario = two_services();
  scenario.workspace.groups[0].variables = {{"KEY", "made-up-value"}, {"FLAG", "true"}};
  scenario.workspace.services[1].variables = {{"OWN", "made-up-own"}};
  scenario.workspace.services[1].secret_files = {{".env", "INNER=made-up-file"}};
  scenario.workspace.services[1].outcome = outcome;
  return scenario;
}

/// Adds a second group, which the file does not name.
void add_group(Scenario& scenario, const std::string& name,
               decltype(emulator::SeedGroup::variables) variables) {
  emulator::SeedGroup group;
  group.name = name;
  group.id = "evg-00000000000000000002";
  group.variables = std::move(variables);
  scenario.workspace.groups.push_back(std::move(group));
}

const engine::Event* failure_told(const Told& told) {
  const auto found = std::find_if(told.events.begin(), told.events.end(),
                                  [](const engine::Event& event) { return event.is<engine::FailureTold>(); });
  return found == told.events.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("a failure is reported with its reason and the masked end of its log before the run ends") {
  using emulator::Outcome;
  struct Row {
    Outcome outcome;
    const char* reason;
    const char* last;
  };
  const Row rows[] = {{Outcome::build_failed, "exit code 1", "==> Build failed"},
                      {Outcome::pre_deploy_failed, "exit code 1", "==> Pre-deploy has failed"},
                      {Outcome::update_failed, "exit code 1", "==> Exited with status 1"}};
  for (const Row& row : rows) {
    CAPTURE(row.last);
    const Told told = play(failing(row.outcome));
    CHECK(told.exit_code == 5);
    CHECK(told.second.told_reason == row.reason);
    REQUIRE(told.second.log.size() >= 5);
    CHECK(told.second.log.back() == row.last);
    for (const char* line : {"  KEY=•••", "  OWN=•••", "  .env=•••"})
      CHECK(std::ranges::count(told.second.log, line) == 1);
    CHECK(told.second.no_log.empty());
    CHECK(told.first.log.empty());
    const auto* event = failure_told(told);
    REQUIRE(event != nullptr);
    CHECK(event->as<engine::FailureTold>()->deploy == told.second.deploy);
    CHECK(event != &told.events.back());
    CHECK(told.events.back().is<engine::RunEnded>());
  }
}

TEST_CASE("a start that stays unhealthy is reported in Render's words") {
  Scenario scenario = failing(emulator::Outcome::update_failed);
  scenario.workspace.services[1].health_check_path = "/health";
  const Told told = play(scenario);
  CHECK(told.second.told_reason == "unhealthy: HTTP health check failed on /health");
  CHECK(told.second.log.back() == "==> HTTP health check failed on /health");
}

TEST_CASE("a value of a group that is no longer linked is masked in the log") {
  Scenario scenario = failing();
  add_group(scenario, "once", {{"ONCE", "made-up-earlier"}});
  const api::Response log{200, {}, R"({"logs":[{"id":"1","message":"given made-up-earlier"}]})"};
  const Told told = play(scenario, 1, {{"/logs?", log}});
  REQUIRE(told.second.log.size() == 1);
  CHECK(told.second.log[0] == "given •••");
}

TEST_CASE("values to mask are read to the end of their list, even after a short page") {
  const auto page = [](const std::string& key) {
    return api::Response{200,
                         {},
                         R"([{"envVar":{"key":")" + key + R"(","value":"made-up-)" + key +
                             R"("},"cursor":")" + key + R"("}])"};
  };
  const api::Response log{200, {}, R"({"logs":[{"id":"1","message":"given made-up-one and made-up-two"}]})"};
  const Told told = play(failing(), 1,
                         {{"/env-vars?", page("one"), 1},
                          {"/env-vars?", page("two"), 1},
                          {"/env-vars?", api::Response{200, {}, "[]"}},
                          {"/logs?", log}});
  REQUIRE(told.second.log.size() == 1);
  CHECK(told.second.log[0] == "given ••• and •••");
}

TEST_CASE("more than a page of groups is searched twice, and the log is shown") {
  Scenario scenario = failing();
  for (int i = 0; i < 100; ++i) {
    emulator::SeedGroup other;
    other.name = fmt::format("other-{}", i);
    other.id = fmt::format("evg-other{:015}", i);
    scenario.workspace.groups.push_back(other);
  }
  const api::Response log{200, {}, R"({"logs":[{"id":"1","message":"no secret here"}]})"};
  const Told told = play(scenario, 1, {{"/logs?", log}});
  CHECK(told.second.no_log == "");
  REQUIRE(told.second.log.size() == 1);
}

TEST_CASE("no log is requested if a deleted group was linked, or if somebody links a group meanwhile") {
  Scenario scenario = failing();
  const std::string& second = scenario.workspace.services[1].id;
  const std::string groups =
      R"([{"cursor":"1","envGroup":{"id":"evg-00000000000000000001","name":"secrets","ownerId":"tea-1","serviceLinks":[]}})";
  const std::string linked =
      R"(,{"cursor":"2","envGroup":{"id":"evg-00000000000000000002","name":"extra","ownerId":"tea-1","serviceLinks":[{"id":")" +
      second + R"(","name":"second","type":"web_service"}]}})";
  add_group(scenario, "extra", {{"EXTRA", "made-up-extra"}});
  const Told meanwhile = play(scenario, 1, {{"/env-groups?", api::Response{200, {}, groups + linked + "]"}}});
  CHECK(meanwhile.logs_asked == 0);
  CHECK(meanwhile.second.no_log.find("extra was linked to it meanwhile") != std::string::npos);
  scenario.workspace.groups[1].links = {second};
  const Told gone = play(scenario, 1, {{"/env-groups?", api::Response{200, {}, groups + "]"}}});
  CHECK(gone.logs_asked == 0);
  CHECK(gone.second.no_log.find("no longer exists") != std::string::npos);
}

TEST_CASE("no log is requested if a value that must be masked could not be read") {
  for (const std::string about : {"/env-groups/", "/env-vars", "/secret-files"}) {
    for (const api::Response& answer : {api::Response{503, {}, "{}"}, api::Response{200, {}, "garbage"}}) {
      CAPTURE(about);
      const Told told = play(failing(), 1, {{about, answer}});
      CHECK(told.exit_code == 5);
      CHECK(told.second.told_reason == "exit code 1");
      CHECK(told.second.log.empty());
      CHECK(told.logs_asked == 0);
      CHECK(told.second.no_log.find("could not be masked") != std::string::npos);
      CHECK(told.second.no_log.find("https://dashboard.render.com/") != std::string::npos);
    }
  }
}

TEST_CASE(
    "no log is requested if Render hides values from the key's owner, and that is the reported reason") {
  const auto why = [](const std::string& about, const std::string& body) {
    CAPTURE(about);
    CAPTURE(body);
    const Told told = play(failing(), 1, {{about, api::Response{200, {}, body}}});
    CHECK(told.exit_code == 5);
    CHECK(told.second.log.empty());
    CHECK(told.logs_asked == 0);
    return told.second.no_log;
  };
  const std::string hidden =
      "Render hides them from the owner of this key, so values in it could not be masked";
  for (const std::string value : {"", "********", "[REDACTED]"}) {
    const std::string variable = R"([{"envVar":{"key":"OWN","value":")" + value + R"("},"cursor":"c"}])";
    CHECK(why("/env-vars", variable).find("its own variables: " + hidden) != std::string::npos);
    const std::string file = R"([{"secretFile":{"name":".env","content":")" + value + R"("},"cursor":"c"}])";
    CHECK(why("/secret-files", file).find("its secret files: " + hidden) != std::string::npos);
  }
}

TEST_CASE(
    "a linked group without visible values prevents the log, because it may hide some; an unlinked one does "
    "not") {
  Scenario scenario = failing();
  scenario.workspace.groups[0].variables.clear();
  const Told linked = play(scenario);
  CHECK(linked.logs_asked == 0);
  CHECK(linked.second.no_log.find("shows no value: it is empty, or Render hides its values") !=
        std::string::npos);
  scenario = failing();
  add_group(scenario, "empty", {});
  CHECK(play(scenario).second.log.size() > 3);
}

TEST_CASE("a refusal to show details of a failure changes nothing else about the run") {
  for (const int status : {401, 403, 404, 429}) {
    for (const std::string about : {"/events?", "/env-groups/", "/env-vars", "/secret-files", "/logs?"}) {
      CAPTURE(status);
      CAPTURE(about);
      const Told told = play(failing(), 1, {{about, api::Response{status, {}, "{}"}}});
      CHECK(told.exit_code == 5);
      CHECK(told.second.outcome == ServiceOutcome::failed);
      CHECK(told.second.log.empty() == (about != "/events?"));
      CHECK(told.second.no_log.empty() == (about == "/events?"));
    }
  }
}

TEST_CASE("late events and log lines are waited for, but not for long") {
  const api::Response no_events{200, {}, "[]"};
  const api::Response no_lines{200, {}, "{\"logs\":[]}"};
  Told told = play(failing(), 1, {{"/events?", no_events, 2}, {"/logs?", no_lines, 2}});
  CHECK(told.second.told_reason == "exit code 1");
  CHECK(told.second.log.back() == "==> Build failed");
  CHECK(told.logs_asked == 3);
  told = play(failing(), 1, {{"/events?", no_events}, {"/logs?", no_lines}});
  CHECK(told.second.told_reason == "Render's events give no cause");
  CHECK(told.second.no_log.find("Render has no lines of that time") != std::string::npos);
  CHECK(told.logs_asked == 3);
}

TEST_CASE("a run ends within half a minute even if no details of its failure arrive") {
  for (const std::string about : {"/events?", "/env-groups/", "/logs?"}) {
    CAPTURE(about);
    const Told told = play(failing(), 1, {{about, std::nullopt}});
    CHECK(told.exit_code == 5);
    CHECK(told.events.back().at - *told.second.ended_at <= seconds(31));
    REQUIRE(failure_told(told) != nullptr);
    CHECK(told.second.log.empty());
    CHECK(told.second.no_log.find("took longer than 30s") != std::string::npos);
  }
}

TEST_CASE("an interrupt ends the search for details of a failure, and the failure stays reported") {
  const Told told = play(failing(), 1, {{"/events?", std::nullopt, 1, true}});
  CHECK(told.exit_code == 5);
  CHECK(failure_told(told) == nullptr);
  CHECK(told.second.outcome == ServiceOutcome::failed);
  CHECK(told.second.reason == "its build failed");
}

TEST_CASE(
    "if a deploy could not be read before the timeout, the reason says so, not that it is still running") {
  Scenario scenario = two_services();
  scenario.desired.rollout.timeout = seconds(60);
  scenario.desired.api.retries = 0;
  scenario.lone = false;
  scenario.acts = {{Act::Kind::storm, seconds(20), "", "", seconds(1000)}};
  const Told told = play(scenario);
  CHECK(told.exit_code == 7);
  CHECK(told.first.outcome == ServiceOutcome::timed_out);
  CHECK(told.first.reason.find("was last seen build_in_progress after 1m") != std::string::npos);
  CHECK(told.first.reason.find("Render answered 429") != std::string::npos);
}
