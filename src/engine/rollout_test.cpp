// Single moments of a rollout, played reply by reply. Whole rollouts: tests/simulation.

#include "engine/rollout.h"

#include <doctest/doctest.h>

using namespace envlink;
using namespace envlink::engine;
using std::chrono::seconds;

namespace {

const Time start{std::chrono::hours(24 * 365 * 56)};
const api::Headers window = {
    {"ratelimit-limit", "100"}, {"ratelimit-remaining", "90"}, {"ratelimit-reset", "30"}};

/// Two services that get the same group and wait for nothing.
plan::Plan two_links(model::OnFailure on_failure) {
  plan::Plan plan;
  plan.rollout.on_failure = on_failure;
  plan.api.retries = 0;
  for (const char* name : {"a", "b"}) {
    plan::PlannedService service;
    service.id = ServiceId(std::string("srv-") + name);
    service.name = name;
    service.redeploy = plan::Reason::links_change;
    plan.links.push_back({plan::LinkAction::add, GroupId("evg-g"), "g", plan.services.size()});
    plan.services.push_back(std::move(service));
  }
  plan.waves = {{0, 1}};
  return plan;
}

/// The answer to a's link is lost, b's link is refused, and the group shows neither. Returns when the run
/// ends.
Time end_after_a_lost_link(model::OnFailure on_failure) {
  Rollout rollout(two_links(on_failure));
  Time now = start;
  while (true) {
    const Step step = rollout.step(now);
    if (rollout.finished()) return now;
    if (step.calls.empty()) {
      REQUIRE(step.wake.has_value());
      now = *step.wake;
    }
    for (const Call& call : step.calls) {
      const bool lost = call.request.target.ends_with("srv-a");
      const bool read = call.request.method == api::Method::get;
      api::Outcome outcome = api::Response{read ? 200 : 422, window, R"({"id":"evg-g","serviceLinks":[]})"};
      if (lost) outcome = api::NoAnswer{"cut"};
      rollout.receive(now, {call.id, std::move(outcome)});
    }
  }
}

}  // namespace

TEST_CASE("a run that will be rolled back ends when no link request can take effect any more") {
  CHECK(end_after_a_lost_link(model::OnFailure::rollback) == start + seconds(15));
}

TEST_CASE("a run that is not rolled back does not wait for a lost link request") {
  CHECK(end_after_a_lost_link(model::OnFailure::continue_) < start + seconds(1));
}
