#include "engine/forecast.h"

#include <doctest/doctest.h>

using namespace envlink;
using namespace envlink::engine;
using std::chrono::seconds;

namespace {

/// Three services that take 60 s, 30 s and 30 s.
plan::Plan three() {
  plan::Plan plan;
  for (const int length : {60, 30, 30}) {
    plan::PlannedService service;
    service.id = ServiceId("srv-" + std::to_string(plan.services.size()));
    service.redeploy = plan::Reason::links_change;
    service.wave = 1;
    service.usual = service.expected = seconds(length);
    plan.links.push_back({plan::LinkAction::add, GroupId("evg-1"), "g", plan.services.size()});
    plan.services.push_back(service);
  }
  plan.groups = {{GroupId("evg-1"), "g", 1, std::nullopt}};
  return plan;
}

Duration wall(const plan::Plan& plan) {
  const auto result = outlook(plan).wall;
  REQUIRE(result.has_value());
  return std::chrono::duration_cast<seconds>(*result);  // the last look is made within a second
}

}  // namespace

TEST_CASE("services that wait for nobody go together, as many as the file lets") {
  plan::Plan plan = three();
  CHECK(wall(plan) == seconds(60));
  plan.rollout.max_parallel = 1;
  CHECK(wall(plan) == seconds(120));
  plan.rollout.max_parallel = 2;
  CHECK(wall(plan) == seconds(60));
}

TEST_CASE("a service that waits begins when the gate of the other is open") {
  plan::Plan plan = three();
  plan.services[1].waits_for = {0};
  plan.services[2].waits_for = {1};
  CHECK(wall(plan) == seconds(120));
  plan.rollout.gate = model::Gate::started;
  CHECK(wall(plan) == seconds(60));
}

TEST_CASE("every request is counted with its purpose") {
  const Outlook result = outlook(three());
  CHECK(result.link_writes == 3);
  CHECK(result.deploy_writes == 3);
  CHECK(result.link_reads == 3);
  CHECK(result.deploy_reads == 3);
  CHECK(result.proof_reads == 3 + 1 + 3);
  CHECK(result.looks > 3 * 5);
  CHECK(result.looks < 3 * 60);
  CHECK(result.reads() == result.looks + 13);
}

TEST_CASE("a pause between requests may take longer than the deploys") {
  plan::Plan plan = three();
  plan.api.min_interval = seconds(10);
  const Outlook result = outlook(plan);
  CHECK(*result.wall == seconds(10) * static_cast<int>(result.reads() + result.writes()));
}

TEST_CASE("where a length is not known, neither is the time that the whole takes") {
  plan::Plan plan = three();
  plan.services[2].usual.reset();
  CHECK_FALSE(outlook(plan).wall.has_value());
  CHECK_FALSE(outlook(plan).looks_known);
}

TEST_CASE("a plan that changes nothing makes no request") {
  const Outlook result = outlook(plan::Plan{});
  CHECK(result.reads() + result.writes() == 0);
  CHECK_FALSE(result.wall.has_value());
}

TEST_CASE("where no build is asked for, the looks go by the time that has passed") {
  plan::Plan plan = three();
  for (auto& service : plan.services) service.expected.reset();
  const Outlook result = outlook(plan);
  REQUIRE(result.wall.has_value());
  CHECK(*result.wall >= seconds(60));
  CHECK(*result.wall < seconds(63));  // the end is seen within a few percent
}
