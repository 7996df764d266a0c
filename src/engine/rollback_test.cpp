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

  /// nullptr: it does not tell that.
  const plan::Finding* tells(std::string_view id) {
    back = rollback_plan(plan, done, 7, actual);
    const auto found = std::ranges::find(back.findings, id, &plan::Finding::id);
    return found == back.findings.end() ? nullptr : &*found;
  }
  plan::Plan back{};
};

}  // namespace

TEST_CASE("a run that failed because the quota is exhausted does not go back by itself") {
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

TEST_CASE("a run goes back, and it is told what a rollback keeps") {
  Run run;
  REQUIRE(run.tells("rollback-keeps") != nullptr);
  CHECK(run.tells("rollback-keeps")->severity == plan::Severity::note);
  CHECK_FALSE(run.back.refused());
  CHECK(run.back.services[0].rollback_to == DeployId("dep-old"));
  REQUIRE(run.back.links.size() == 1);
  CHECK(run.back.links[0].action == plan::LinkAction::remove);
}

TEST_CASE("where no service goes back to an earlier deploy, nothing is told of what that keeps") {
  Run run;
  run.plan.services[0].live_deploy = DeployId();
  CHECK(run.tells("rollback-keeps") == nullptr);
}

TEST_CASE("a deploy that is newer than the run's refuses the rollback") {
  Run run;
  CHECK(run.tells("moved-on") == nullptr);
  auto& deploys = run.actual.deploys[ServiceId("srv-db")];
  deploys.insert(deploys.begin(),
                 Run::deploy("dep-push", model::DeployStatus::build_in_progress, "new_commit"));
  REQUIRE(run.tells("moved-on") != nullptr);
  CHECK(run.tells("moved-on")->subject == "service db");
  CHECK(run.back.refused());
}

TEST_CASE("a deploy that took up what the run only linked refuses the rollback") {
  Run run;
  run.done.services[0].attempts = 0;
  run.done.services[0].deploy = DeployId();
  REQUIRE(run.tells("moved-on") != nullptr);
  run.plan.services[0].redeploy = plan::Reason::none;  // the links were all that was asked for
  CHECK(run.tells("moved-on") == nullptr);
}

TEST_CASE("what neither an answer nor the workspace tells of may still come") {
  Run run;
  const auto still_comes = [&] {
    return may_still_come(run.plan, run.done, rollback_plan(run.plan, run.done, 7, run.actual),
                          run.actual.reading);
  };
  CHECK(still_comes() == Duration{0});  // the answer named it
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
  CHECK(still_comes() == Duration{0});  // it was never asked for
  run.done.links[0].unheard = 1;
  CHECK(still_comes() == latest_arrival);
}

TEST_CASE("a link that Render accepted and the workspace does not show may still show") {
  Run run;
  const auto misses = [&] {
    return misses_links(run.plan, run.done, rollback_plan(run.plan, run.done, 7, run.actual),
                        run.actual.reading);
  };
  run.done.links[0].phase = LinkPhase::failed;
  run.done.links[0].answer = 200;
  CHECK_FALSE(misses());
  run.actual.groups[0].links.clear();
  CHECK(misses());
  const Time shown_by_all = run.done.links[0].answered_at + std::chrono::seconds(1) + link_lag;
  run.actual.reading.from = shown_by_all;
  CHECK(misses());  // nothing tells when that was by Render's clock
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

TEST_CASE("a group that a rollback would link again and that is gone refuses it") {
  Run run;
  run.plan.links[0].action = plan::LinkAction::remove;
  run.actual.groups[0].links.clear();
  CHECK(run.tells("group-gone") == nullptr);
  run.actual.groups.clear();
  REQUIRE(run.tells("group-gone") != nullptr);
  CHECK(run.back.refused());
}

TEST_CASE("a group that is gone took its links with it: nothing is left to go back") {
  Run run;
  run.actual.groups.clear();
  CHECK(run.tells("group-gone") == nullptr);
  CHECK(run.back.links.empty());
}
