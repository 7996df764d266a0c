// A new group, played reply by reply: it is never created twice. Whole runs: tests/end_to_end/test_swap.py.

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "api/written_value.h"
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

bool makes(const api::Request& request) {
  return request.method == api::Method::post && request.target == "/env-groups";
}

/// Answers with `reply` each list of the groups, request that creates one, and read of a group.
struct Played {
  using Reply = std::function<api::Outcome(const api::Request&, int made, Time now)>;

  Played(Rollout& rollout, const Reply& reply) {
    for (Time now = start; !rollout.finished();) {
      REQUIRE(++steps < 1000);
      const Step step = rollout.step(now);
      ended_at = now;
      events.insert(events.end(), step.events.begin(), step.events.end());
      if (rollout.finished()) break;
      if (step.calls.empty()) {
        REQUIRE(step.wake.has_value());
        now = std::max(now, *step.wake);
      }
      for (const Call& call : step.calls) {
        if (makes(call.request)) {
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
  int times = 0;  // how often it was requested
  int steps = 0;
  Time made_at{};
  Time ended_at{};
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

}  // namespace

TEST_CASE("a new group is created once and read back") {
  Rollout rollout(empty_group());
  const Played played(rollout, [](const api::Request& request, int, Time) -> api::Outcome {
    if (is_list(request)) return list_of(0);
    return api::Response{makes(request) ? 201 : 200, {}, std::string(made)};
  });
  CHECK(played.outcome == model::Outcome::done);
  CHECK(played.times == 1);
  CHECK(rollout.plan().new_group->id == GroupId("evg-1"));
}

TEST_CASE("if somebody created a group with that name meanwhile, the run creates none") {
  Rollout rollout(empty_group());
  const Played played(rollout, [](const api::Request&, int, Time) { return list_of(1); });
  CHECK(played.outcome == model::Outcome::error);
  CHECK(played.times == 0);
  CHECK(played.why() == "a group named fresh exists now: somebody else created it");
  CHECK_FALSE(rollout.progress().unfinished());
}

TEST_CASE("a group whose answer was lost is found by its name and not requested again") {
  Rollout rollout(empty_group());
  const Played played(rollout, [](const api::Request& request, int times, Time) -> api::Outcome {
    if (is_list(request)) return list_of(times);
    if (makes(request)) return api::NoAnswer{"cut"};
    return api::Response{200, {}, std::string(made)};
  });
  CHECK(played.outcome == model::Outcome::done);
  CHECK(played.times == 1);
}

TEST_CASE("a group that no list shows is requested again only when the first request can no longer arrive") {
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

TEST_CASE("with two groups of that name, it is unknown which one the run created") {
  Rollout rollout(empty_group());
  const Played played(rollout, [](const api::Request& request, int times, Time) -> api::Outcome {
    if (is_list(request)) return list_of(2 * times);
    return api::NoAnswer{"cut"};
  });
  CHECK(played.outcome == model::Outcome::error);
  CHECK(played.times == 1);
  CHECK(played.why() == "there are 2 groups named fresh");
  CHECK(rollout.progress().unfinished());
}

TEST_CASE("a resumed run looks for the group that it requested before it requests it again") {
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

TEST_CASE("after a success that names no group, the run looks for it and never requests it again") {
  const plan::Plan plan = empty_group();
  const std::vector<Event> journal = {
      {start, run_began(plan)},
      {start, GroupIntended{{GroupId(), "fresh"}, 1}},
      {start, GroupAnswered{.group = {GroupId(), "fresh"}, .http_status = 201}}};
  for (const bool resumed : {false, true}) {
    Rollout rollout = resumed ? Rollout(plan, journal) : Rollout(plan);
    const Played played(rollout, [](const api::Request& request, int, Time) -> api::Outcome {
      if (is_list(request)) return list_of(0);
      return api::Response{201, {}, "thank you"};
    });
    CHECK(played.outcome == model::Outcome::error);
    CHECK(played.times == (resumed ? 0 : 1));
    CHECK(played.why() == "Render answered 201, but no group named fresh appeared");
    CHECK(played.ended_at >= start + seconds(30));
    CHECK(rollout.progress().unfinished());
  }
}

TEST_CASE("a group that Render named differently is the one that was created") {
  Rollout rollout(empty_group());
  const Played played(rollout, [](const api::Request& request, int, Time) -> api::Outcome {
    if (is_list(request)) return list_of(0);
    return api::Response{
        201, {}, R"({"id":"evg-1","name":"Fresh","serviceLinks":[],"envVars":[],"secretFiles":[]})"};
  });
  CHECK(played.outcome == model::Outcome::done);
  CHECK(played.times == 1);
}

TEST_CASE("a new group that does not show yet is read again, and one that never shows ends the run") {
  for (const bool shows : {true, false}) {
    Rollout rollout(empty_group());
    const Played played(rollout, [&](const api::Request& request, int times, Time now) -> api::Outcome {
      if (is_list(request)) return list_of(times);
      if (makes(request)) return api::Response{201, {}, std::string(made)};
      if (shows && now >= start + seconds(30)) return api::Response{200, {}, std::string(made)};
      return api::Response{404, {}, "{}"};
    });
    CHECK(played.outcome == (shows ? model::Outcome::done : model::Outcome::error));
    CHECK(played.times == 1);
    CHECK(rollout.progress().made == GroupId("evg-1"));
    CHECK(rollout.progress().unfinished() != shows);
  }
}

TEST_CASE("an answer that does not show the group's content proves nothing") {
  plan::Plan plan = empty_group();
  plan.values.push_back({.group = plan::not_made, .group_name = "fresh", .key = "TOKEN", .after = "1f"});
  Rollout rollout(plan, Budget{}, ValuesBefore{},
                  {.digest = {}, .bodies = {api::WrittenValue::body("TOKEN", Secret("sesame"))}});
  const Played played(rollout, [](const api::Request& request, int times, Time) -> api::Outcome {
    if (is_list(request)) return list_of(times);
    return api::Response{201, {}, R"({"id":"evg-1","name":"fresh","serviceLinks":[]})"};
  });
  CHECK(played.outcome == model::Outcome::error);
  CHECK_FALSE(rollout.progress().values_proved());
}

TEST_CASE("if a colleague created another group of that name at the same time, the run stops") {
  Rollout rollout(empty_group());
  const Played played(rollout, [](const api::Request& request, int times, Time) -> api::Outcome {
    if (is_list(request)) return list_of(2 * times);
    return api::Response{201, {}, std::string(made)};
  });
  CHECK(played.outcome == model::Outcome::error);
  CHECK(played.why() == "there are 2 groups named fresh");
}

TEST_CASE("a group with other content does not count as the run's own") {
  Rollout rollout(empty_group());
  const Played played(rollout, [](const api::Request& request, int times, Time) -> api::Outcome {
    if (is_list(request)) return list_of(times);
    if (makes(request)) return api::NoAnswer{"cut"};
    return api::Response{200,
                         {},
                         R"({"id":"evg-1","name":"fresh","serviceLinks":[],"secretFiles":[],)"
                         R"("envVars":[{"key":"THEIRS","value":"x"}]})"};
  });
  CHECK(played.outcome == model::Outcome::error);
  CHECK(rollout.progress().made.empty());
  CHECK(played.why().find("somebody else created it") != std::string::npos);
  CHECK(played.ended_at >= start + seconds(45));
  CHECK_FALSE(rollout.progress().unfinished());
}

namespace {

/// A service that has evg-old gets the group `fresh` instead.
plan::Plan swap() {
  plan::Plan plan = empty_group();
  plan.new_group->replaces = GroupId("evg-old");
  plan.new_group->replaced_links = {ServiceId("srv-a")};
  plan::PlannedService service;
  service.id = ServiceId("srv-a");
  service.name = "a";
  service.redeploy = plan::Reason::links_change;
  service.wave = 1;
  service.final_groups = {plan::not_made};
  plan.services.push_back(service);
  plan.waves = {{0}};
  plan.links = {{plan::LinkAction::add, plan::not_made, "fresh", 0},
                {plan::LinkAction::remove, GroupId("evg-old"), "old", 0}};
  return plan;
}

api::Outcome group_with(const std::string& id, bool linked) {
  return api::Response{200,
                       {},
                       R"({"id":")" + id + R"(","name":"fresh","envVars":[],"secretFiles":[],)" +
                           R"("serviceLinks":[)" + (linked ? R"({"id":"srv-a"})" : "") + "]}"};
}

bool is_old(const api::Request& request) {
  return request.target.find("evg-old") != std::string::npos;
}

}  // namespace

TEST_CASE("the old group is unlinked only when the new one was seen linked to the service, in its turn") {
  // The reading of the new group that lacks the service; 0: none.
  for (const int missing : {0, 1, 2}) {
    Rollout rollout(swap());
    int reads = 0;
    bool removed = false;
    const Played played(rollout, [&](const api::Request& request, int times, Time) -> api::Outcome {
      if (is_list(request) && request.target.find("/deploys") == std::string::npos) return list_of(times);
      if (request.method == api::Method::delete_) {
        CHECK(reads >= 2);
        removed = true;
        return api::Response{204};
      }
      if (is_old(request)) return group_with("evg-old", !removed);
      if (request.target.find("/services/") != std::string::npos) return api::Response{403, {}, "{}"};
      if (!makes(request)) ++reads;
      return group_with("evg-1", missing == 0 || reads < missing);
    });
    CHECK(removed == (missing == 0));
    CHECK(played.outcome != model::Outcome::done);
    CHECK(played.times == 1);
  }
}

TEST_CASE("if the services of the old group changed since the plan, no group is created") {
  plan::Plan plan = swap();
  plan.new_group->replaced_links.emplace_back("srv-b");
  Rollout rollout(plan);
  const Played played(rollout, [](const api::Request& request, int, Time) -> api::Outcome {
    return is_list(request) ? list_of(0) : group_with("evg-old", true);
  });
  CHECK(played.outcome == model::Outcome::error);
  CHECK(played.times == 0);
  CHECK_FALSE(rollout.progress().unfinished());
}

TEST_CASE("a rollback takes back the links of a group whose answer was lost and touches no other") {
  const plan::Plan plan = swap();
  model::Workspace actual;
  actual.owner.id = plan.owner.id;
  actual.services.emplace_back().id = ServiceId("srv-a");
  const Progress lost = Progress::of(
      plan, std::vector<Event>{{start, run_began(plan)}, {start, GroupIntended{{GroupId(), "fresh"}, 1}}});
  CHECK(may_still_come(plan, lost, rollback_plan(plan, lost, 1, actual), {}) == seconds(45));
  CHECK(rollback_plan(plan, lost, 1, actual).empty());
  model::Group& group = actual.groups.emplace_back();
  group.id = GroupId("evg-1");
  group.name = "fresh";
  CHECK(rollback_plan(plan, lost, 1, actual).findings.front().id == "group-unsettled");
  group.links = {ServiceId("srv-a")};
  const plan::Plan back = rollback_plan(plan, lost, 1, actual);
  CHECK_FALSE(back.refused());
  REQUIRE(back.links.size() == 1);
  CHECK(back.links.front().action == plan::LinkAction::remove);
  CHECK(back.links.front().group == GroupId("evg-1"));
}

TEST_CASE("a rollback reports a group that the run created or may have created") {
  plan::Plan plan = empty_group();
  model::Workspace actual;
  actual.owner.id = plan.owner.id;
  const std::vector<Event> lost = {{start, run_began(plan)}, {start, GroupIntended{{GroupId(), "fresh"}, 1}}};
  const auto told = [&](const Progress& progress) {
    const plan::Plan back = rollback_plan(plan, progress, 1, actual);
    return back.findings.empty() ? std::string() : back.findings.front().id;
  };
  CHECK(told(Progress::of(plan)) == "");
  CHECK(told(Progress::of(plan, lost)) == "");
  std::vector<Event> found = lost;
  found.push_back({start, GroupMade{{GroupId("evg-1"), "fresh"}, "", start}});
  plan.name_new_group(GroupId("evg-1"));
  actual.groups.emplace_back();
  actual.groups.back().id = GroupId("evg-1");
  CHECK(told(Progress::of(plan, found)) == "group-stays");
}
