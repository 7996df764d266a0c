// Values of a run, played reply by reply. Whole runs: tests/end_to_end/test_values.py and the simulation.

#include <doctest/doctest.h>

#include "engine/rollout.h"

using namespace envlink;
using namespace envlink::engine;
using std::chrono::seconds;

namespace {

const Time start{std::chrono::hours(24 * 365 * 56)};

model::ValueDigest digest(model::ValueKind, std::string_view, std::string_view) {
  return model::ValueDigest(model::ValueDigest::Bytes{});
}

}  // namespace

TEST_CASE("a value to unset that Render says does not exist is read again for as long as a reading may lag") {
  plan::Plan plan;
  plan.owner.id = OwnerId("tea-1");
  plan.api.retries = 1;
  plan.values.push_back({.action = plan::ValueAction::unset,
                         .group = GroupId("evg-1"),
                         .group_name = "secrets",
                         .key = "TOKEN",
                         .exists = true,
                         .before = model::ValueDigest(model::ValueDigest::Bytes{}).hex()});
  Rollout rollout(plan, Budget{}, ValuesBefore{}, {.digest = digest, .bodies = {nullptr}});
  int removals = 0;
  Time removed{};
  for (Time now = start; !rollout.finished();) {
    const Step step = rollout.step(now);
    if (rollout.finished()) break;
    if (step.calls.empty()) {
      REQUIRE(step.wake.has_value());
      now = std::max(now, *step.wake);
    }
    for (const Call& call : step.calls) {
      api::Response reply{
          200, {}, R"({"id":"evg-1","name":"secrets","serviceLinks":[],"secretFiles":[],"envVars":[)"};
      if (call.request.method == api::Method::delete_) {
        removed = ++removals == 1 ? now : removed;
        reply = {removals == 1 ? 500 : 404, {}, "{}"};
      } else {
        const bool lags = removals == 0 || now < removed + seconds(20);
        reply.body += std::string(lags ? R"({"key":"TOKEN","value":"old"})" : "") + "]}";
      }
      rollout.receive(now, {call.id, reply});
    }
  }
  CHECK(rollout.outcome() == model::Outcome::done);
  CHECK(removals == 2);
  CHECK(rollout.progress().values_proved());
}
