#include "view/rollout_status.h"

#include <doctest/doctest.h>

#include "view/sample_test.h"

namespace envlink::view {
namespace {

using engine::ServiceOutcome;
using engine::ServicePhase;
using std::chrono::minutes;
using std::chrono::seconds;

/// The guide's nine services, each with a duration.
plan::Plan timed() {
  auto plan = sample::guide();
  plan.services[6].expected_duration = plan.services[6].median_duration = seconds(60);
  return plan;
}

/// Links, replies and polling add a little.
bool about(const std::optional<TimeLeft>& left, Duration length) {
  return left && left->span >= length && left->span < length + length / 20 + seconds(5);
}

TEST_CASE("the time left is the longest path through the waves, minus what has passed") {
  const auto plan = timed();
  const auto left = time_left(plan, sample::half_way(plan), sample::at(139));
  REQUIRE(left.has_value());
  // 63 s of the backend's 105, then mcp's 90 and the coordinator's 80.
  CHECK(about(left, seconds(63 + 90 + 80)));
  CHECK_FALSE(left->at_least);
}

TEST_CASE("one deploy at a time: all durations add up") {
  auto plan = timed();
  plan.rollout.max_parallel = 1;
  const auto left = time_left(plan, sample::half_way(plan), sample::at(139));
  CHECK(about(left, seconds(63 + 90 + 80 + 60 + 60 + 60 + 45 + 120)));
}

TEST_CASE("with `gate: started` later services do not wait for the end") {
  auto plan = timed();
  plan.rollout.gate = model::Gate::started;
  CHECK(about(time_left(plan, sample::half_way(plan), sample::at(139)), seconds(120)));
}

TEST_CASE("an overdue deploy or an unknown duration makes it a lower bound") {
  auto plan = timed();
  const auto soon = time_left(plan, sample::half_way(plan), sample::at(97 + 106));
  CHECK(about(soon, seconds(90 + 80)));
  CHECK_FALSE(soon->at_least);
  const auto late = time_left(plan, sample::half_way(plan), sample::at(97 + 158));
  CHECK(about(late, seconds(90 + 80)));
  CHECK(late->at_least);
  plan.services[6].expected_duration = plan.services[6].median_duration = std::nullopt;
  CHECK(time_left(plan, sample::half_way(plan), sample::at(139))->at_least);
}

TEST_CASE("deploys without a build are estimated from those of this run") {
  auto plan = timed();
  for (auto& service : plan.services) service.expected_duration.reset();
  auto progress = sample::half_way(plan);
  progress.services[0].requested_at = sample::at(4);
  progress.services[0].ended_at = sample::at(4 + 17);  // a fifth of its 85 s
  progress.services[1].requested_at = sample::at(21);
  CHECK(about(time_left(plan, progress, sample::at(21)), seconds(21 + 18 + 16)));
}

TEST_CASE("after a failure that stops the rollout only services in progress count") {
  auto plan = timed();
  auto progress = sample::half_way(plan);
  progress.services[0].outcome = ServiceOutcome::failed;
  CHECK(about(time_left(plan, progress, sample::at(139)), seconds(63)));
  plan.rollout.on_failure = model::OnFailure::continue_;
  CHECK(time_left(plan, progress, sample::at(139))->span > seconds(63));
}

TEST_CASE("there is no estimate without data, before the start or after the end") {
  auto plan = timed();
  auto progress = sample::untouched(plan);
  CHECK_FALSE(time_left(plan, progress, sample::at(0)).has_value());
  progress.began_at = sample::began;
  CHECK(time_left(plan, progress, sample::at(0)).has_value());
  progress.interrupts = 1;
  CHECK_FALSE(time_left(plan, progress, sample::at(0)).has_value());
  CHECK_FALSE(time_left(plan, sample::halted(plan), sample::at(200)).has_value());
  for (auto& service : plan.services) service.expected_duration = service.median_duration = std::nullopt;
  CHECK_FALSE(time_left(plan, sample::half_way(plan), sample::at(139)).has_value());
}

TEST_CASE("an estimate is rounded to its accuracy") {
  CHECK(time_left_words({seconds(31), false}) == "about 35s left");
  CHECK(time_left_words({seconds(89), false}) == "about 90s left");
  CHECK(time_left_words({seconds(100), false}) == "about 2 min left");
  CHECK(time_left_words({minutes(7), true}) == "7 min or more left");
  CHECK(time_left_words({seconds(0), false}) == "nearly done");
  CHECK(time_left_words({seconds(0), true}) == "longer than usual");
}

TEST_CASE("the duration of a service and a run excludes the time without a process") {
  const auto plan = sample::guide();
  auto progress = engine::Progress::of(plan);
  const auto service = engine::event_service(plan, 0);
  progress.apply(sample::event(0, engine::run_began(plan)));
  progress.apply(sample::event(1, engine::DeployIntended{.service = service}));
  progress.apply(sample::event(
      2,
      engine::DeployAnswered{
          .service = service, .http_status = 201, .deploy = DeployId("dep-1"), .why = {}, .request_id = {}}));
  progress.apply(sample::event(602, engine::RunResumed{}));
  progress.apply(sample::event(610, engine::ServiceEnded{.service = service, .state = ServiceOutcome::live}));
  progress.apply(sample::event(611, engine::RunEnded{}));
  CHECK(time_taken(progress.services[0]) == seconds(9));
  CHECK(time_taken(progress) == seconds(11));
}

}  // namespace
}  // namespace envlink::view
