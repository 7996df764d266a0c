// What whole runs cost as workspaces grow, compared with the forecast. In virtual time.

#include <doctest/doctest.h>

#include <algorithm>

#include "engine/forecast.h"
#include "engine/progress.h"
#include "sized_run.h"
#include "view/rollout_status.h"

using namespace envlink;
using namespace envlink::sizes;
using std::chrono::seconds;

namespace {

double ratio(Duration a, Duration b) {
  return static_cast<double>(a.count()) / static_cast<double>(b.count());
}

/// Differ by at most a fifth, or by four seconds for short times.
bool agree(Duration told, Duration found) {
  const Duration off = told < found ? found - told : told - found;
  return off <= std::max(Duration(seconds(4)), found / 5);
}

Duration deploy_of(const Sized& made, const Planned& planned) {
  const emulator::SeedService& last = made.seed.services.back();
  return (planned.plan.services.back().rebuild ? last.build : Duration{}) + last.start;
}

}  // namespace

TEST_CASE(
    "a thousand services need at most a tenth more requests than the fewest possible, and a twentieth more "
    "time than their writes") {
  const Sized made = sized(1'000);
  const Planned plan = planned(made);
  const view::Rehearsal told = rehearsed(made, plan);
  CHECK(told.outcome == model::Outcome::done);
  CHECK(requests(told) * 100 <= request_floor(made.work).total() * 110);
  const Duration writes = write_floor(made.work, made.seed.behaviour.write_limit, deploy_of(made, plan));
  CHECK(ratio(told.took, writes) <= 1.05);
}

TEST_CASE("the forecast agrees with the rehearsal for nine to a thousand services") {
  for (const std::size_t services : {9U, 100U, 300U, 1'000U}) {
    CAPTURE(services);
    const Sized made = sized(services);
    const Planned plan = planned(made);
    const auto forecast = engine::forecast(plan.plan);
    REQUIRE(forecast.wall.has_value());
    CHECK(std::abs(ratio(*forecast.wall, rehearsed(made, plan).took) - 1) <= 0.2);
  }
}

TEST_CASE("the time left agrees with what the rehearsal still takes, at any moment") {
  for (const std::size_t services : {9U, 100U, 300U, 1'000U}) {
    CAPTURE(services);
    const Sized made = sized(services);
    const Planned plan = planned(made);
    const view::Rehearsal told = rehearsed(made, plan);
    const std::vector<engine::Event>& events = told.runs.front().events;
    const Time end = events.back().at;
    for (const int percent : {0, 25, 50, 75}) {
      CAPTURE(percent);
      const Time now = events.front().at + (end - events.front().at) * percent / 100;
      engine::Progress progress = engine::Progress::of(told.runs.front().plan);
      for (const engine::Event& event : events) {
        if (event.at <= now) progress.apply(event);
      }
      const auto left = view::time_left(told.runs.front().plan, progress, now);
      REQUIRE(left.has_value());
      CAPTURE(format_duration(left->span));
      CAPTURE(format_duration(end - now));
      CHECK(agree(left->span, end - now));
    }
  }
}

TEST_CASE(
    "the fewest requests are the writes, a read before and after each deploy, the groups and the lists") {
  const RequestFloor floor = request_floor({.services = 1'000, .groups = 10, .links = 1'000});
  CHECK(floor.link_writes == 1'000);
  CHECK(floor.group_reads == 30);
  CHECK(floor.lists == 2 * (1 + 11 + 1));
  CHECK(floor.total() == 4'056);
  CHECK(write_floor({1'000, 10, 1'000}, 100, seconds(15)) == std::chrono::minutes(9) + seconds(15));
  CHECK(write_floor({9, 3, 0}, 100, seconds(15)) == seconds(15));
}
