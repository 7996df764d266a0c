// How a rollout ends if Render's answers do not let it finish: refusals, limits, successes without a deploy.
// Played reply by reply; whole rollouts: tests/simulation.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <deque>
#include <functional>
#include <string>
#include <utility>

#include "api/rate_limit_headers.h"
#include "engine/attribution.h"
#include "engine/rollout.h"

using namespace envlink;
using namespace envlink::engine;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const Time start{hours(24 * 365 * 56)};

api::Response reply(int status, std::string body) {
  return {status,
          {{"ratelimit-limit", "400"}, {"ratelimit-remaining", "390"}, {"ratelimit-reset", "30"}},
          std::move(body)};
}

std::string deploy(std::string_view id, std::string_view status) {
  return fmt::format(R"({{"id":"{}","status":"{}","trigger":"api"}})", id, status);
}

/// One service without a link, which is redeployed.
plan::Plan one_deploy(Duration timeout = minutes(10)) {
  plan::Plan plan;
  plan.rollout.timeout = timeout;
  plan::PlannedService service;
  service.id = ServiceId("srv-a");
  service.name = "a";
  service.redeploy = plan::Reason::requested;
  service.wave = 1;
  plan.services.push_back(std::move(service));
  plan.waves = {{0}};
  return plan;
}

struct End {
  Time at{};
  model::Outcome outcome{};
  ServiceProgress service;
  std::deque<Time> asked;  // when a deploy was requested
};

using Answer = std::function<api::Outcome(const api::Request&, Time)>;

/// Each answer takes a tenth of a second.
End carry_out(Rollout& rollout, const Answer& answer) {
  std::deque<Time> asked;
  Time now = start;
  for (int turn = 0; turn < 100'000; ++turn) {
    const Step step = rollout.step(now);
    if (rollout.finished()) return {now, rollout.outcome(), rollout.progress().services[0], asked};
    if (step.calls.empty()) {
      REQUIRE(step.wake.has_value());
      now = std::max(now, *step.wake);
    }
    for (const Call& call : step.calls) {
      if (call.request.method == api::Method::post) asked.push_back(now);
      now += std::chrono::milliseconds(100);
      rollout.receive(now, {call.id, answer(call.request, now)});
    }
  }
  FAIL("it does not end");
  return {};
}

End carry_out(const plan::Plan& plan, const Answer& answer) {
  Rollout rollout(plan);
  return carry_out(rollout, answer);
}

bool is_list(const api::Request& request) {
  return request.method == api::Method::get && request.target.find("/deploys?") != std::string::npos;
}

/// A deploy that the first request creates; `look` answers each poll.
Answer watched(std::function<api::Outcome(Time)> look) {
  return [look = std::move(look)](const api::Request& request, Time now) -> api::Outcome {
    if (request.method == api::Method::post) return reply(201, deploy("dep-1", "build_in_progress"));
    return is_list(request) ? reply(200, "[]") : look(now);
  };
}

}  // namespace

TEST_CASE("after a success without a deploy, the deploy is requested again if no list shows one") {
  for (const api::Response& first : {reply(200, "<html>login</html>"), reply(201, "{}"), reply(200, "null"),
                                     reply(204, ""), reply(202, "")}) {
    CAPTURE(first.status);
    CAPTURE(first.body);
    bool made = false;
    const End end = carry_out(one_deploy(), [&](const api::Request& request, Time) -> api::Outcome {
      if (request.method == api::Method::post)
        return std::exchange(made, true) ? reply(201, deploy("dep-1", "build_in_progress")) : first;
      return is_list(request) ? reply(200, "[]") : reply(200, deploy("dep-1", "live"));
    });
    CHECK(end.outcome == model::Outcome::done);
    REQUIRE(end.asked.size() == 2);
    const Duration settled = end.asked[1] - end.asked[0];
    CHECK(settled >= (first.status == 202 ? queued_shows : list_lag));
    CHECK(settled < (first.status == 202 ? queued_shows : list_lag) + seconds(7));
  }
}

TEST_CASE("repeated successes without a deploy are not reported as still running") {
  const End end = carry_out(one_deploy(), [&](const api::Request& request, Time) {
    return request.method == api::Method::post ? reply(202, "") : reply(200, "[]");
  });
  CHECK(end.outcome == model::Outcome::error);
  CHECK(end.asked.size() == 4);
  CHECK(end.service.outcome == ServiceOutcome::unsettled);
  CHECK(end.service.reason == "Render answered 202, but no deploy appeared within 1m");
}

TEST_CASE("a resumed process requests a deploy again after a success that brought none") {
  const plan::Plan plan = one_deploy();
  const std::vector<Event> history = {
      {start, run_began(plan)},
      {start, SnapshotTaken{event_service(plan, 0), {}}},
      {start, DeployIntended{event_service(plan, 0), 1}},
      {start, DeployAnswered{.service = event_service(plan, 0), .http_status = 200}}};
  Rollout rollout(plan, history);
  const End end = carry_out(rollout, watched([](Time) { return reply(200, deploy("dep-1", "live")); }));
  CHECK(end.outcome == model::Outcome::done);
  CHECK(end.asked.size() == 1);
}

TEST_CASE("the pause before a resume is not taken for the length of a deploy") {
  plan::Plan plan = one_deploy();
  plan.services.push_back(plan.services[0]);
  plan.services[1].id = ServiceId("srv-b");
  plan.services[1].name = "b";
  plan.services[1].wave = 2;
  plan.services[1].waits_for = {0};
  for (plan::PlannedService& service : plan.services) {
    service.rebuild = false;
    service.median_duration = minutes(1);
  }
  plan.waves = {{0}, {1}};
  const Time before = start - minutes(10);
  const std::vector<Event> history = {
      {before, run_began(plan)},
      {before, SnapshotTaken{event_service(plan, 0), {}}},
      {before, DeployIntended{event_service(plan, 0), 1}},
      {before,
       DeployAnswered{.service = event_service(plan, 0), .http_status = 201, .deploy = DeployId("dep-a")}},
      {before, DeployAttributed{event_service(plan, 0), DeployId("dep-a"), ""}}};
  Rollout rollout(plan, history);
  Time requested{};
  const End end = carry_out(rollout, [&](const api::Request& request, Time now) -> api::Outcome {
    if (request.method == api::Method::post) {
      requested = now;
      return reply(201, deploy("dep-b", "update_in_progress"));
    }
    if (is_list(request)) return reply(200, "[]");
    if (request.target.ends_with("dep-a")) return reply(200, deploy("dep-a", "live"));
    return reply(200, deploy("dep-b", now < requested + seconds(3) ? "update_in_progress" : "live"));
  });
  CHECK(end.outcome == model::Outcome::done);
  CHECK(end.at - requested < seconds(6));
}

TEST_CASE("with a timeout below fifteen seconds, a request in doubt still settles") {
  bool made = false;
  const End end = carry_out(one_deploy(seconds(8)), [&](const api::Request& request, Time) -> api::Outcome {
    if (request.method == api::Method::post) {
      if (!std::exchange(made, true)) return api::NoAnswer{"the connection was cut"};
      return reply(201, deploy("dep-1", "build_in_progress"));
    }
    return is_list(request) ? reply(200, "[]") : reply(200, deploy("dep-1", "live"));
  });
  CHECK(end.outcome == model::Outcome::done);
  CHECK(end.asked.size() == 2);
}

TEST_CASE("the timeout holds if polls are limited for an hour") {
  for (const int status : {200, 429}) {  // of the first poll
    const End end = carry_out(one_deploy(), watched([&](Time now) -> api::Outcome {
                                if (status == 200 && now < start + minutes(9))
                                  return reply(200, deploy("dep-1", "build_in_progress"));
                                api::Response limited = reply(429, "{}");
                                limited.headers.emplace_back("retry-after", "3600");
                                return limited;
                              }));
    CHECK(end.outcome == model::Outcome::timed_out);
    CHECK(end.at >= start + minutes(10));
    CHECK(end.at <= start + minutes(12));
    CHECK(
        end.service.reason.find("was last seen build_in_progress after 10m; since then: could not check it: "
                                "Render answered 429") != std::string::npos);
  }
}

TEST_CASE("the timeout counts from when the request was sent, not from when it was queued") {
  bool limited = false;
  const End end = carry_out(one_deploy(), [&](const api::Request& request, Time) -> api::Outcome {
    if (request.method == api::Method::post && !std::exchange(limited, true)) {
      api::Response wait = reply(429, "{}");
      wait.headers.emplace_back("retry-after", "1800");
      return wait;
    }
    if (request.method == api::Method::post) return reply(201, deploy("dep-1", "build_in_progress"));
    return is_list(request) ? reply(200, "[]") : reply(200, deploy("dep-1", "live"));
  });
  CHECK(end.outcome == model::Outcome::done);
  CHECK(end.at > start + minutes(30));
}

TEST_CASE("a poll that Render refuses ends the watch with Render's reason") {
  for (const int status : {400, 402, 403, 406, 409, 422}) {
    CAPTURE(status);
    const End end = carry_out(one_deploy(),
                              watched([&](Time) { return reply(status, R"({"message":"ask an admin"})"); }));
    CHECK(end.at < start + minutes(1));
    CHECK(end.service.outcome == ServiceOutcome::unsettled);
    CHECK(end.service.reason.find(fmt::format("Render answered {}", status)) != std::string::npos);
    CHECK(end.service.reason.find("ask an admin") != std::string::npos);
    CHECK(end.outcome == (status == 403 ? model::Outcome::authentication : model::Outcome::error));
  }
}

TEST_CASE("403 has the same exit code everywhere in a rollout") {
  plan::Plan plan = one_deploy();
  plan.links.push_back({plan::LinkAction::add, GroupId("evg-g"), "g", 0});
  const api::Response forbidden = reply(403, "{}");
  for (const std::string refused :
       {"POST /env-groups", "GET /env-groups", "GET /services", "POST /services"}) {
    CAPTURE(refused);
    bool linked = false;
    const End end = carry_out(plan, [&](const api::Request& request, Time) -> api::Outcome {
      const std::string line = fmt::format("{} {}", api::to_string(request.method), request.target);
      if (line.starts_with(refused)) return forbidden;
      linked = linked || request.method == api::Method::post;
      if (request.target.find("env-groups") == std::string::npos) return reply(200, "[]");
      return reply(200,
                   fmt::format(R"({{"id":"evg-g","serviceLinks":[{}]}})", linked ? R"({"id":"srv-a"})" : ""));
    });
    CHECK(end.outcome == model::Outcome::authentication);
  }
}

TEST_CASE("a redirected poll may succeed the next time") {
  int looks = 0;
  const End end = carry_out(one_deploy(), watched([&](Time) {
                              return ++looks < 3 ? reply(302, "") : reply(200, deploy("dep-1", "live"));
                            }));
  CHECK(end.outcome == model::Outcome::done);
}
