#include "view/run_timeline.h"

#include <doctest/doctest.h>

#include "view/dag_layout.h"
#include "view/report_page.h"
#include "view/report_sample_test.h"
#include "view/sample_test.h"

namespace envlink::view {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TEST_CASE("the stages of a service follow each other from its first event to its end") {
  const auto run = sample::failed_run();
  const RunTimeline timeline = timeline_of(run);
  const ServiceTimeline& backend = timeline.services[1];
  REQUIRE(backend.spans.size() == 4);
  CHECK(backend.spans[0].stage == Stage::linking);
  CHECK(backend.spans[1].stage == Stage::asking);
  CHECK(backend.spans[3].stage == Stage::building);
  CHECK(backend.spans[3].from == sample::at(99));
  CHECK(backend.spans[3].to == sample::at(150));
  for (std::size_t i = 1; i < backend.spans.size(); ++i)
    CHECK(backend.spans[i].from == backend.spans[i - 1].to);
  CHECK(backend.began == sample::at(96));
  CHECK(backend.ended == sample::at(150));
  CHECK_FALSE(timeline.services[2].began);
  CHECK_FALSE(timeline.services[2].ended);
}

TEST_CASE("a wait for a rate limit lasts as announced, but not beyond the end of the run") {
  auto run = sample::failed_run();
  CHECK(timeline_of(run).waited() == seconds(5));
  run.events.resize(run.events.size() - 1);
  run.events.push_back(sample::event(152, engine::Waiting{60, ""}));
  run.events.push_back(sample::event(160, engine::RunEnded{model::Outcome::deploy_failed}));
  CHECK(timeline_of(run).waited() == seconds(13));
}

TEST_CASE("overlapping waits count once") {
  auto run = sample::failed_run();
  run.events.insert(run.events.begin() + 1,
                    {sample::event(10, engine::Waiting{10, ""}), sample::event(12, engine::Waiting{4, ""})});
  CHECK(timeline_of(run).waited() == seconds(15));
}

TEST_CASE("the hour between a kill and the resumption is a pause, not work") {
  const auto run = sample::resumed_run();
  const RunTimeline timeline = timeline_of(run);
  REQUIRE(timeline.pauses.size() == 1);
  CHECK(timeline.pauses[0].to - timeline.pauses[0].from == hours(1));
  CHECK(timeline.taken() == seconds(100));
  CHECK(timeline.services[1].in(Stage::building) == seconds(10));
  const TimeScale scale(timeline);
  CHECK(scale.at(sample::at(0)) == doctest::Approx(0));
  CHECK(scale.at(sample::at(63)) == doctest::Approx(0.63 * 97));
  CHECK(scale.at(sample::at(3600 + 63)) == doctest::Approx(0.63 * 97 + 3));
  CHECK(scale.at(sample::at(3600 + 100)) == doctest::Approx(100));
  CHECK(scale.ticks(6).size() <= 7);
  CHECK(scale.ticks(6).size() >= 4);
}

TEST_CASE("the slowest chain ends with the service that ended last") {
  const auto run = sample::resumed_run();
  const RunTimeline timeline = timeline_of(run);
  REQUIRE(timeline.slowest.size() >= 2);
  CHECK(run.plan.services[timeline.slowest[0]].name == "toolboxai-monitoring");
  CHECK(run.plan.services[timeline.slowest[1]].name == "toolboxai-backend");
  for (std::size_t i = 1; i < timeline.slowest.size(); ++i) {
    const auto& before = run.plan.services[timeline.slowest[i]].waits_for;
    CHECK(std::find(before.begin(), before.end(), timeline.slowest[i - 1]) != before.end());
  }
}

TEST_CASE("a clock that goes back never reverses a stage") {
  auto run = sample::failed_run();
  for (auto& event : run.events) {
    if (event.at > sample::at(97)) event.at = sample::at(20);
  }
  const RunTimeline timeline = timeline_of(run);
  for (const ServiceTimeline& one : timeline.services) {
    for (const Span& span : one.spans) CHECK(span.from < span.to);
  }
  CHECK(timeline.taken() >= Duration{0});
  CHECK(timeline.waited() >= Duration{0});
  CHECK(report_page(run).size() > 1000);
}

TEST_CASE("avoidable crossings do not occur, and boxes of a column do not overlap") {
  // The second column is listed in reverse.
  const DagLayout layout = lay_out({{0, 1, 2}, {5, 4, 3}}, {{0, 3}, {1, 4}, {2, 5}});
  CHECK(layout.middle[3] < layout.middle[4]);
  CHECK(layout.middle[4] < layout.middle[5]);
  CHECK(layout.middle[4] - layout.middle[3] >= 46);
  CHECK(layout.middle[0] == doctest::Approx(layout.middle[3]));
}

TEST_CASE("a graph is no higher than its boxes") {
  const DagLayout layout = lay_out({{0}, {1, 2}, {3, 4}}, {{0, 1}, {0, 2}, {2, 3}, {2, 4}});
  const auto [highest, lowest] = std::ranges::minmax(layout.middle);
  CHECK(highest == doctest::Approx(box_height / 2));
  CHECK(lowest + box_height / 2 == doctest::Approx(layout.height));
}

TEST_CASE("a line that passes a column has its own place there") {
  const DagLayout layout = lay_out({{0}, {1}, {2}}, {{0, 1}, {1, 2}, {0, 2}});
  REQUIRE(layout.lines.size() == 3);
  REQUIRE(layout.lines[2].via.size() == 1);
  CHECK(std::abs(layout.lines[2].via[0] - layout.middle[1]) > 23);
  CHECK(layout.height > 46);
}

}  // namespace
}  // namespace envlink::view
