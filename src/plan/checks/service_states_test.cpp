// Services that the plan does not redeploy, but whose deploy is in progress: after Ctrl-C, or by others.

#include <doctest/doctest.h>

#include <algorithm>

#include "plan/make_plan.h"
#include "plan/sample_test.h"

using namespace envlink;
using namespace envlink::plan;
using namespace envlink::plan::sample;
using model::Desired;
using model::Workspace;

namespace {

/// Everything is linked except `missing`, and a deploy of db is in progress.
Workspace deploying(const std::string& missing, const std::string& status = "build_in_progress") {
  Workspace actual = settled();
  std::erase(actual.groups[0].links, ServiceId("srv-" + missing));
  auto& deploys = actual.deploys[ServiceId("srv-db")];
  deploys.insert(deploys.begin(), deploy("dep-x", status, now, "api"));
  return actual;
}

const Finding* note_of(const Plan& plan) {
  const auto found = std::ranges::find(plan.findings, "deploy-under-way", &Finding::id);
  return found == plan.findings.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("a service waits for a deploy in progress of a service it depends on") {
  const Plan plan = make_plan(file(), deploying("api"));
  const Finding* found = plan.blocking_dependency();
  REQUIRE(found != nullptr);
  CHECK(found->severity == Severity::warning);
  CHECK(found->subject == "service db");
  CHECK(found->what == "its deploy dep-x is build_in_progress, and api comes after it");
}

TEST_CASE("the order holds through services that are not redeployed") {
  CHECK(make_plan(file(), deploying("web")).blocking_dependency() != nullptr);
}

TEST_CASE("a deploy in progress that no service depends on is a note and blocks nothing") {
  Desired desired = file();
  desired.services[1].after.clear();
  const Plan plan = make_plan(desired, deploying("api"));
  REQUIRE(note_of(plan) != nullptr);
  CHECK(note_of(plan)->severity == Severity::note);
  CHECK(plan.blocking_dependency() == nullptr);
}

TEST_CASE("with `gate: started` only a queued deploy blocks the others") {
  Desired desired = file();
  desired.rollout.gate = model::Gate::started;
  CHECK(make_plan(desired, deploying("api")).blocking_dependency() == nullptr);
  CHECK(make_plan(desired, deploying("api", "queued")).blocking_dependency() != nullptr);
}

TEST_CASE("the file's policy may let a service start anyway") {
  Desired desired = file();
  desired.policy.push_back({word("dependency-deploying"), Severity::note, {}, {}, "no matter"});
  CHECK(make_plan(desired, deploying("api")).blocking_dependency() == nullptr);
}
