#include "engine/rollback.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace envlink;
using namespace envlink::engine;

namespace {

/// A run that linked secrets to db and deployed it, as dep-new.
struct Run {
  plan::Plan plan;
  Progress done;
  model::Workspace actual;  // as the run left it

  Run() {
    plan::PlannedService service;
    service.id = ServiceId("srv-db");
    service.name = "db";
    service.redeploy = plan::Reason::links_change;
    service.wave = 1;
    service.live_deploy = DeployId("dep-old");
    service.known_deploys = {DeployId("dep-old")};
    plan.services = {service};
    plan.links = {{plan::LinkAction::add, GroupId("evg-1"), "secrets", 0}};
    plan.waves = {{0}};
    done = Progress::of(plan);
    done.links[0].attempts = 1;
    done.services[0].attempts = 1;
    done.services[0].deploy = DeployId("dep-new");
    model::Group group;
    group.id = GroupId("evg-1");
    group.name = "secrets";
    group.links = {service.id};
    actual.groups = {group};
    actual.deploys[service.id] = {deploy("dep-new", model::DeployStatus::live, "api"),
                                  deploy("dep-old", model::DeployStatus::deactivated, "new_commit")};
  }

  static model::Deploy deploy(const char* id, model::DeployStatus status, const char* trigger) {
    model::Deploy one;
    one.id = DeployId(id);
    one.status = status;
    one.status_text = to_string(status);
    one.trigger = trigger;
    return one;
  }

  /// nullptr: the rollback has no such finding.
  const plan::Finding* tells(std::string_view id) {
    back = rollback_plan(plan, done, 7, actual);
    const auto found = std::ranges::find(back.findings, id, &plan::Finding::id);
    return found == back.findings.end() ? nullptr : &*found;
  }
  plan::Plan back{};
};

}  // namespace

TEST_CASE("a run that failed because the quota is exhausted is not rolled back automatically") {
  Run run;
  run.plan.rollout.on_failure = model::OnFailure::rollback;
  const EventService db = event_service(run.plan, 0);
  std::vector<Event> events = {
      {Time{}, run_began(run.plan)},
      {Time{}, ServiceEnded{db, ServiceOutcome::failed, DeployId("dep-new"), "", ""}}};
  for (const bool exhausted : {false, true}) {
    std::vector<Event> told = events;
    told.push_back({Time{}, FailureTold{.service = db, .quota_exhausted = exhausted}});
    told.push_back({Time{}, RunEnded{model::Outcome::deploy_failed}});
    CHECK(calls_for_rollback(run.plan, Progress::of(run.plan, told)) != exhausted);
  }
}

TEST_CASE("a run is rolled back, and the plan says what the rollback keeps") {
  Run run;
  REQUIRE(run.tells("rollback-keeps") != nullptr);
  CHECK(run.tells("rollback-keeps")->severity == plan::Severity::note);
  CHECK_FALSE(run.back.refused());
  CHECK(run.back.services[0].rollback_to == DeployId("dep-old"));
  REQUIRE(run.back.links.size() == 1);
  CHECK(run.back.links[0].action == plan::LinkAction::remove);
}

TEST_CASE("the run's deploy is undone although no list shows it yet") {
  Run run;
  run.actual.deploys[ServiceId("srv-db")] = {Run::deploy("dep-old", model::DeployStatus::live, "new_commit")};
  run.tells("rollback-keeps");
  CHECK(run.back.services[0].rollback_to == DeployId("dep-old"));
  for (const ServiceOutcome ended : {ServiceOutcome::failed, ServiceOutcome::canceled}) {
    run.done.services[0].outcome = ended;  // the earlier deploy still runs then
    run.tells("rollback-keeps");
    CHECK(run.back.services[0].rollback_to.empty());
  }
}

TEST_CASE("a first deploy is undone although no list shows it yet") {
  Run run;
  run.plan.services[0].live_deploy = DeployId();
  run.plan.services[0].known_deploys.clear();
  run.actual.deploys.clear();
  run.tells("rollback-keeps");
  CHECK(run.back.services[0].redeploys());
  CHECK(run.back.services[0].rebuild_because == "nothing was running before");
}

TEST_CASE("if no service goes back to an earlier deploy, nothing is said about what that keeps") {
  Run run;
  run.plan.services[0].live_deploy = DeployId();
  CHECK(run.tells("rollback-keeps") == nullptr);
}

TEST_CASE("a deploy newer than the run's refuses the rollback") {
  Run run;
  CHECK(run.tells("moved-on") == nullptr);
  auto& deploys = run.actual.deploys[ServiceId("srv-db")];
  deploys.insert(deploys.begin(),
                 Run::deploy("dep-push", model::DeployStatus::build_in_progress, "new_commit"));
  REQUIRE(run.tells("moved-on") != nullptr);
  CHECK(run.tells("moved-on")->subject == "service db");
  CHECK(run.back.refused());
}

TEST_CASE("a colleague's deploy with links that the run only changed refuses the rollback") {
  Run run;
  run.done.services[0].attempts = 0;
  run.done.services[0].deploy = DeployId();
  REQUIRE(run.tells("moved-on") != nullptr);
  run.plan.services[0].redeploy = plan::Reason::none;  // only the links were requested
  CHECK(run.tells("moved-on") == nullptr);
}

TEST_CASE("a request whose result is unknown may still take effect") {
  Run run;
  const auto still_comes = [&] {
    return may_still_come(run.plan, run.done, rollback_plan(run.plan, run.done, 7, run.actual),
                          run.actual.reading);
  };
  CHECK(still_comes() == Duration{0});  // the answer named the deploy
  ServiceProgress& service = run.done.services[0];
  service.deploy = DeployId();
  service.before.deploys = {DeployId("dep-old")};
  CHECK(still_comes() == Duration{0});  // the list shows it
  service.before.deploys.push_back(DeployId("dep-new"));
  CHECK(still_comes() == latest_arrival + list_lag);
  service.outcome = ServiceOutcome::failed;
  CHECK(still_comes() == Duration{0});  // Render refused it
  service.outcome = ServiceOutcome::none;
  service.attempts = 0;
  CHECK(still_comes() == Duration{0});  // it was never requested
  run.done.links[0].unheard = 1;
  CHECK(still_comes() == latest_arrival);
}

TEST_CASE("a link that Render accepted and the workspace does not show may still appear") {
  Run run;
  const auto misses = [&] {
    return misses_writes(run.plan, run.done, rollback_plan(run.plan, run.done, 7, run.actual),
                         run.actual.reading);
  };
  run.done.links[0].phase = WritePhase::failed;
  run.done.links[0].answer = 200;
  CHECK_FALSE(misses());
  run.actual.groups[0].links.clear();
  CHECK(misses());
  const Time shown_by_all = run.done.links[0].answered_at + std::chrono::seconds(1) + link_lag;
  run.actual.reading.from = shown_by_all;
  CHECK(misses());  // it is unknown when that was by Render's clock
  run.done.links[0].dated = true;
  CHECK_FALSE(misses());
  run.done.links[0].unheard = 1;
  CHECK(misses());
  run.done.links[0].unheard = 0;
  run.actual.reading.from = shown_by_all - Duration{1};
  CHECK(misses());
  run.done.links[0].answer = 403;
  CHECK_FALSE(misses());
}

TEST_CASE("a deleted group that the rollback would link again refuses it") {
  Run run;
  run.plan.links[0].action = plan::LinkAction::remove;
  run.actual.groups[0].links.clear();
  CHECK(run.tells("group-gone") == nullptr);
  run.actual.groups.clear();
  REQUIRE(run.tells("group-gone") != nullptr);
  CHECK(run.back.refused());
}

TEST_CASE("a deleted group took its links with it, so nothing is left to roll back") {
  Run run;
  run.actual.groups.clear();
  CHECK(run.tells("group-gone") == nullptr);
  CHECK(run.back.links.empty());
}

namespace {

/// A run that changed TOKEN of the group from a to b, and deployed it.
struct ValueRun : Run {
  ValueRun() {
    plan.links.clear();
    plan.values = {{.action = plan::ValueAction::set,
                    .group = GroupId("evg-1"),
                    .group_name = "secrets",
                    .key = "TOKEN",
                    .exists = true,
                    .before = digest('a').hex(),
                    .after = digest('b').hex()}};
    plan.digest_key = actual.digest_key = "key";
    done = Progress::of(plan);
    done.values[0].attempts = 1;
    done.values[0].phase = WritePhase::proved;
    done.values[0].answer = 200;
    shows('b');
  }
  static model::ValueDigest digest(char value) {
    model::ValueDigest::Bytes bytes{};
    bytes[0] = static_cast<unsigned char>(value);
    return model::ValueDigest(bytes);
  }
  void shows(std::optional<char> value) {
    model::Variable variable{.key = "TOKEN"};
    if (value) variable.digest = digest(*value);
    actual.groups[0].variables = std::vector{variable};
  }
  plan::Plan made(std::vector<std::size_t> kept = {0}) {
    return rollback_plan(plan, done, 7, actual, {.kept_values = std::move(kept)});
  }
  static bool told(const plan::Plan& back, std::string_view id) {
    return std::ranges::find(back.findings, id, &plan::Finding::id) != back.findings.end();
  }
};

}  // namespace

TEST_CASE("a value is restored if it is still what the run wrote and the prior value was kept") {
  ValueRun run;
  const plan::Plan back = run.made();
  REQUIRE(back.values.size() == 1);
  CHECK(back.values[0].before == ValueRun::digest('b').hex());
  CHECK(back.values[0].after == ValueRun::digest('a').hex());
  CHECK(undone_value(run.plan, back.values[0]) == 0);
  CHECK_FALSE(back.refused());
  CHECK(ValueRun::told(run.made({}), "undo-gone"));
  run.shows('c');
  CHECK(ValueRun::told(run.made(), "value-moved-on"));
  run.shows(std::nullopt);
  CHECK(ValueRun::told(run.made(), "value-moved-on"));
  run.shows('a');
  CHECK(run.made().values.empty());
  run.shows('b');
  run.actual.digest_key = "another";
  CHECK(ValueRun::told(run.made(), "value-moved-on"));
  run.actual.groups.clear();
  CHECK(ValueRun::told(run.made(), "group-gone"));
}

TEST_CASE("a value that the run did not write stays as it is") {
  ValueRun run;
  run.done.values[0] = {};
  CHECK(run.made().values.empty());
}

TEST_CASE("a value that was accepted and that the reading does not show may still appear") {
  ValueRun run;
  run.shows('a');
  const plan::Plan back = run.made();
  model::Reading reading{Time{} + std::chrono::seconds(100), Time{} + std::chrono::seconds(101)};
  run.done.values[0].answered_at = Time{} + std::chrono::seconds(90);
  run.done.values[0].dated = true;
  CHECK(misses_writes(run.plan, run.done, back, reading));
  run.done.values[0].answered_at = Time{} + std::chrono::seconds(60);
  CHECK_FALSE(misses_writes(run.plan, run.done, back, reading));
  run.done.values[0].unheard = 1;
  CHECK(misses_writes(run.plan, run.done, back, reading));
}
