// A new group, told reply by reply: it is never made twice. Whole runs: tests/end_to_end/test_swap.py.

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "engine/rollback.h"
#include "engine/rollout.h"

using namespace envlink;
using namespace envlink::engine;
using std::chrono::seconds;

namespace {

const Time start{std::chrono::hours(24 * 365 * 56)};
constexpr std::string_view made = R"({"id":"evg-1","name":"fresh","ownerId":"tea-1","serviceLinks":[],)"
                                  R"("envVars":[],"secretFiles":[]})";

plan::Plan empty_group() {
  plan::Plan plan;
  plan.owner.id = OwnerId("tea-1");
  plan.new_group = plan::NewGroup{plan::not_made, "fresh", {}};
  plan.api.retries = 1;
  return plan;
}

/// Answers each request as `reply` says: a list of the groups, a request that makes one, a group.
struct Played {
  using Reply = std::function<api::Outcome(const api::Request&, int made, Time now)>;

  Played(Rollout& rollout, const Reply& reply) {
    for (Time now = start; !rollout.finished();) {
      const Step step = rollout.step(now);
      events.insert(events.end(), step.events.begin(), step.events.end());
      if (rollout.finished()) break;
      if (step.calls.empty()) {
        REQUIRE(step.wake.has_value());
        now = std::max(now, *step.wake);
      }
      for (const Call& call : step.calls) {
        if (call.request.method == api::Method::post) {
          ++times;
          made_at = now;
        }
        rollout.receive(now, {call.id, reply(call.request, times, now)});
      }
    }
    outcome = rollout.outcome();
  }

  std::string why() const {
    for (const Event& event : events) {
      if (const auto* failed = event.as<GroupFailed>()) return failed->why;
    }
    return {};
  }

  std::vector<Event> events;
  int times = 0;  // it was asked for
  Time made_at{};
  model::Outcome outcome = model::Outcome::done;
};

api::Outcome list_of(int groups) {
  std::string text = "[";
  for (int i = 1; i <= groups; ++i) {
    text += (i > 1 ? "," : "");
    text += R"({"cursor":"c","envGroup":{"id":"evg-)" + std::to_string(i) +
            R"(","name":"fresh","serviceLinks":[]}})";
  }
  return api::Response{200, {}, text + "]"};
}

bool is_list(const api::Request& request) {
  return request.target.find('?') != std::string::npos;
}
bool makes(const api::Request& request) {
  return request.method == api::Method::post;
}

}  // namespace

TEST_CASE("a new group is made once, and read back") {
  Rollout rollout(empty_group());
  const Played played(rollout, [](const api::Request& request, int, Time) -> api::Outcome {
    if (is_list(request)) return list_of(0);
    return api::Response{makes(request) ? 201 : 200, {}, std::string(made)};
  });
  CHECK(played.outcome == model::Outcome::done);
  CHECK(played.times == 1);
  CHECK(rollout.plan().new_group->id == GroupId("evg-1"));
}

TEST_CASE("where somebody made a group of that name meanwhile, none is made") {
  Rollout rollout(empty_group());
  const Played played(rollout, [](const api::Request&, int, Time) { return list_of(1); });
  CHECK(played.outcome == model::Outcome::error);
  CHECK(played.times == 0);
  CHECK(played.why() == "there is a group called fresh now: somebody made it");
  CHECK_FALSE(rollout.progress().unfinished());
}

TEST_CASE("a group whose answer was lost is found by its name, and not made again") {
  Rollout rollout(empty_group());
  const Played played(rollout, [](const api::Request& request, int times, Time) -> api::Outcome {
    if (is_list(request)) return list_of(times);
    if (makes(request)) return api::NoAnswer{"cut"};
    return api::Response{200, {}, std::string(made)};
  });
  CHECK(played.outcome == model::Outcome::done);
  CHECK(played.times == 1);
}

TEST_CASE("a group that no list shows is made again only when its request can arrive no more") {
  Rollout rollout(empty_group());
  Time first{};
  const Played played(rollout, [&](const api::Request& request, int times, Time now) -> api::Outcome {
    if (is_list(request)) return list_of(0);
    if (!makes(request)) return api::Response{200, {}, std::string(made)};
    if (times == 1) first = now;
    if (times == 1) return api::NoAnswer{"cut"};
    return api::Response{201, {}, std::string(made)};
  });
  CHECK(played.outcome == model::Outcome::done);
  CHECK(played.times == 2);
  CHECK(played.made_at >= first + seconds(45));  // 15 s to arrive, 30 s to show in a list
}

TEST_CASE("of two groups of that name nobody knows which one the run made") {
  Rollout rollout(empty_group());
  const Played played(rollout, [](const api::Request& request, int times, Time) -> api::Outcome {
    if (is_list(request)) return list_of(2 * times);
    return api::NoAnswer{"cut"};
  });
  CHECK(played.outcome == model::Outcome::error);
  CHECK(played.times == 1);
  CHECK(played.why() == "there are 2 groups called fresh");
  CHECK(rollout.progress().unfinished());
}

TEST_CASE("a run that goes on looks for the group that it asked for before it asks again") {
  const plan::Plan plan = empty_group();
  const std::vector<Event> journal = {{start, run_began(plan)},
                                      {start, GroupIntended{{GroupId(), "fresh"}, 1}}};
  Rollout rollout(plan, journal);
  const Played played(rollout, [](const api::Request& request, int, Time) -> api::Outcome {
    if (is_list(request)) return list_of(1);
    return api::Response{200, {}, std::string(made)};
  });
  CHECK(played.outcome == model::Outcome::done);
  CHECK(played.times == 0);
}

TEST_CASE("a rollback tells what became of a group that the run made, or that it may have made") {
  plan::Plan plan = empty_group();
  model::Workspace actual;
  actual.owner.id = plan.owner.id;
  const std::vector<Event> lost = {{start, run_began(plan)}, {start, GroupIntended{{GroupId(), "fresh"}, 1}}};
  const auto told = [&](const Progress& progress) {
    const plan::Plan back = rollback_plan(plan, progress, 1, actual);
    return back.findings.empty() ? std::string() : back.findings.front().id;
  };
  CHECK(told(Progress::of(plan)) == "");
  CHECK(told(Progress::of(plan, lost)) == "group-unsettled");
  std::vector<Event> found = lost;
  found.push_back({start, GroupMade{{GroupId("evg-1"), "fresh"}, "", start}});
  plan.make(GroupId("evg-1"));
  actual.groups.emplace_back();
  actual.groups.back().id = GroupId("evg-1");
  CHECK(told(Progress::of(plan, found)) == "group-stays");
}
