#include "engine/forecast.h"

#include <doctest/doctest.h>

#include "model/deploy_phases.h"

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
  plan.forecast.critical_path = seconds(60);
  plan.groups = {{GroupId("evg-1"), "g", 1, std::nullopt}};
  return plan;
}

Duration wall(const plan::Plan& plan) {
  const auto result = outlook(plan).wall;
  REQUIRE(result.has_value());
  return *result;
}

/// The answers, the looks and the proof make it a little longer.
bool about(Duration found, Duration length) {
  return found >= length && found < length + length / 20 + seconds(2);
}

}  // namespace

TEST_CASE("services that wait for nobody go together, as many as the file lets") {
  plan::Plan plan = three();
  CHECK(about(wall(plan), seconds(60)));
  plan.rollout.max_parallel = 1;
  CHECK(about(wall(plan), seconds(120)));
  plan.rollout.max_parallel = 2;
  CHECK(about(wall(plan), seconds(60)));
}

TEST_CASE("a service that waits begins when the gate of the other is open") {
  plan::Plan plan = three();
  plan.services[1].waits_for = {0};
  plan.services[2].waits_for = {1};
  CHECK(about(wall(plan), seconds(120)));
  plan.rollout.gate = model::Gate::started;
  CHECK(about(wall(plan), seconds(60)));
}

TEST_CASE("every request is counted with its purpose") {
  const Outlook result = outlook(three());
  CHECK(result.link_writes == 3);
  CHECK(result.deploy_writes == 3);
  CHECK(result.link_reads == 1);  // all three links are of one group
  CHECK(result.deploy_reads == 3);
  CHECK(result.proof_reads == 3 + 1 + 3);
  CHECK(result.looks > 3 * 5);
  CHECK(result.looks < 3 * 60);
  CHECK(result.reads() == result.looks + 11);
  CHECK(result.reads_at_least == 11);
}

TEST_CASE("a pause between requests may take longer than the deploys") {
  plan::Plan plan = three();
  plan.api.min_interval = seconds(10);
  const Outlook result = outlook(plan);
  CHECK(*result.wall == seconds(10) * static_cast<int>(result.reads() + result.writes()));
}

TEST_CASE("looks take no more than their share of what Render lets everybody read") {
  plan::Plan plan = three();
  const plan::PlannedService one = plan.services[0];
  const plan::LinkChange link = plan.links[0];
  plan.rollout.max_parallel = 1000;
  for (std::size_t i = 3; i < 100; ++i) {
    plan.services.push_back(one);
    plan.links.push_back(link);
    plan.links.back().service = i;
  }
  const Outlook result = outlook(plan);
  CHECK(about(*result.wall, seconds(60)));
  CHECK(result.looks >= 200);  // 60 at once, and 140 in a minute
  CHECK(result.looks <= 210);
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

TEST_CASE("a deploy without a build takes its start alone, and nothing tells what it takes at least") {
  plan::Plan plan = three();
  plan.forecast.critical_path = Duration{0};
  for (auto& service : plan.services) {
    service.rebuild = false;
    service.expected.reset();
  }
  CHECK(about(wall(plan), model::usual_start));
  CHECK(outlook(plan).at_least == Duration{0});
  plan.services[0].image_backed = true;  // never built, so its deploys are as long as ever
  CHECK(about(wall(plan), seconds(60)));
}

TEST_CASE("no rollout is faster than its builds, nor than its pauses between requests") {
  plan::Plan plan = three();
  CHECK(outlook(plan).at_least == seconds(60));
  CHECK(wall(plan) > seconds(60));
  plan.api.min_interval = seconds(10);
  CHECK(outlook(plan).at_least == seconds(10) * (6 + 11));
  plan.forecast.critical_path.reset();
  CHECK_FALSE(outlook(plan).at_least.has_value());
}

TEST_CASE(
    "a service that is gone on with as soon as its deploy has begun holds the next one back no longer") {
  plan::Plan plan = three();
  plan.rollout.gate = model::Gate::started;
  plan.services[1].waits_for = {0};
  plan.rollout.max_parallel = 1;
  CHECK(about(wall(plan), seconds(120)));
}
