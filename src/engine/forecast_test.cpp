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
    service.median_duration = service.expected_duration = seconds(length);
    plan.links.push_back({plan::LinkAction::add, GroupId("evg-1"), "g", plan.services.size()});
    plan.services.push_back(service);
  }
  plan.waves = {{0, 1, 2}};
  plan.groups = {{GroupId("evg-1"), "g", 1, std::nullopt}};
  return plan;
}

Duration wall(const plan::Plan& plan) {
  const auto result = forecast(plan).wall;
  REQUIRE(result.has_value());
  return *result;
}

/// Answers, polls and the proof add a little.
bool about(Duration found, Duration length) {
  return found >= length && found < length + length / 20 + seconds(2);
}

}  // namespace

TEST_CASE("services that wait for nothing start together, up to max_parallel") {
  plan::Plan plan = three();
  CHECK(about(wall(plan), seconds(60)));
  plan.rollout.max_parallel = 1;
  CHECK(about(wall(plan), seconds(120)));
  plan.rollout.max_parallel = 2;
  CHECK(about(wall(plan), seconds(60)));
}

TEST_CASE("a service starts when the gate of the one that it waits for opens") {
  plan::Plan plan = three();
  plan.services[1].waits_for = {0};
  plan.services[2].waits_for = {1};
  CHECK(about(wall(plan), seconds(120)));
  plan.rollout.gate = model::Gate::started;
  CHECK(about(wall(plan), seconds(60)));
}

TEST_CASE("every request is counted by its purpose") {
  const Forecast result = forecast(three());
  CHECK(result.link_writes == 3);
  CHECK(result.deploy_writes == 3);
  CHECK(result.link_reads == 1);    // all three links are of one group
  CHECK(result.deploy_reads == 0);  // the plan's lists are fresh
  CHECK(result.proof_reads == 3 + 1);
  CHECK(result.polls >= 3 * 3);
  CHECK(result.polls < 3 * 12);
  CHECK(result.reads() == result.polls + 5);
  CHECK(result.reads_at_least == 1 + 3 + 4);
}

TEST_CASE("pauses between requests may take longer than the deploys") {
  plan::Plan plan = three();
  plan.api.min_interval = seconds(10);
  CHECK(wall(plan) >= seconds(10) * (3 + 3 + 3 + 1 + 4));
  CHECK(wall(plan) <= seconds(10) * 20);
}

TEST_CASE("links beyond Render's limit per minute wait for the next minute") {
  plan::Plan plan = three();
  const plan::PlannedService one = plan.services[0];
  const plan::LinkChange link = plan.links[0];
  plan.rollout.max_parallel = 1000;
  for (std::size_t i = 3; i < 250; ++i) {
    plan.services.push_back(one);
    plan.services.back().id = ServiceId("srv-" + std::to_string(i));
    plan.links.push_back(link);
    plan.links.back().service = i;
  }
  // A hundred deploys share the polls: some ends are seen over half a minute late.
  const auto seen_late = [](Duration found, Duration length) {
    return found >= length && found < length + seconds(45);
  };
  CHECK(seen_late(wall(plan), seconds(120 + 60)));
  CHECK(seen_late(*forecast(plan, {.writes = 50}).wall, seconds(240 + 60)));
  CHECK(*forecast(plan, {.writes = 1'000}).wall < seconds(240));
}

TEST_CASE("if one length is unknown, so is the total time") {
  plan::Plan plan = three();
  plan.services[2].median_duration.reset();
  plan.services[2].expected_duration.reset();
  CHECK_FALSE(forecast(plan).wall.has_value());
  CHECK_FALSE(forecast(plan).polls_known);
}

TEST_CASE("a plan that changes nothing makes no request") {
  const Forecast result = forecast(plan::Plan{});
  CHECK(result.reads() + result.writes() == 0);
  CHECK_FALSE(result.wall.has_value());
}

TEST_CASE("a deploy without a build takes only its start, and its minimum is unknown") {
  plan::Plan plan = three();
  for (auto& service : plan.services) {
    service.rebuild = false;
    service.expected_duration.reset();
  }
  CHECK(about(wall(plan), model::usual_start));
  CHECK(forecast(plan).at_least == Duration{0});
  plan.services[0].image_backed = true;  // never built, so its deploys keep their length
  CHECK(about(wall(plan), seconds(60)));
}

TEST_CASE("the critical path is the longest chain of builds") {
  plan::Plan plan = three();
  plan.services[1].waits_for = {0};
  plan.services[2].waits_for = {0};
  CHECK(forecast(plan).critical_path == seconds(90));
  plan.rollout.gate = model::Gate::started;  // each begins as soon as the one before it has started
  CHECK(forecast(plan).critical_path == seconds(60));
  plan.services[2].expected_duration.reset();
  CHECK_FALSE(forecast(plan).critical_path.has_value());
  plan.services[2].rebuild = false;
  CHECK(forecast(plan).critical_path == seconds(60));
}

TEST_CASE("no rollout is faster than its builds or its pauses between requests") {
  plan::Plan plan = three();
  CHECK(forecast(plan).at_least == seconds(60));
  CHECK(wall(plan) > seconds(60));
  plan.api.min_interval = seconds(10);
  CHECK(forecast(plan).at_least == seconds(10) * (6 + 8));
  plan.services[0].expected_duration.reset();
  CHECK_FALSE(forecast(plan).at_least.has_value());
}

TEST_CASE("with `gate: started`, a service holds the next one back only until its deploy has begun") {
  plan::Plan plan = three();
  plan.rollout.gate = model::Gate::started;
  plan.services[1].waits_for = {0};
  plan.rollout.max_parallel = 1;
  CHECK(about(wall(plan), seconds(120)));
}
