// When a link counts as added or removed if Render's replicas lag. Played reply by reply; whole rollouts:
// tests/simulation.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <functional>
#include <string>
#include <vector>

#include "engine/attribution.h"
#include "engine/rollout.h"

using namespace envlink;
using namespace envlink::engine;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const Time start{std::chrono::hours(24 * 365 * 56)};

struct Told {
  Time end{};
  std::vector<Time> deploys;  // when each was requested
  std::vector<Time> writes;   // of links
  int reads = 0;              // of the group
  std::vector<std::string> notices;
  Progress progress;
};

/// Does the nth reading of the group (from 1), so long after the first link's answer, show a service?
using Shows = std::function<bool(int read, Duration since, std::string_view service)>;

/// `services` with one group that wait for nothing; each answer takes a tenth of a second. With `no_lists`,
/// lists of deploys fail for so long after the first link, and the second link takes two requests.
Told carry_out(int services, const Shows& shows, Duration no_lists = {}, int link_status = 201) {
  plan::Plan plan;
  for (int i = 0; i < services; ++i) {
    plan::PlannedService service;
    service.id = ServiceId(fmt::format("srv-{}", i));
    service.name = fmt::format("s{}", i);
    service.redeploy = plan::Reason::links_change;
    service.wave = 1;
    plan.links.push_back({plan::LinkAction::add, GroupId("evg-g"), "g", plan.services.size()});
    plan.services.push_back(std::move(service));
  }
  plan.waves = {{}};
  for (std::size_t i = 0; i < plan.services.size(); ++i) plan.waves[0].push_back(i);
  plan.api.retries = 10;
  plan.rollout.max_parallel = services;
  Rollout rollout(plan);
  Told told;
  Time now = start;
  std::optional<Time> linked;
  const auto answer = [&](const api::Request& request) -> api::Response {
    const auto reply = [](int status, std::string body) {
      return api::Response{
          status,
          {{"ratelimit-limit", "400"}, {"ratelimit-remaining", "390"}, {"ratelimit-reset", "30"}},
          std::move(body)};
    };
    const bool group = request.target.starts_with("/env-groups/");
    if (group && request.method != api::Method::get) {
      told.writes.push_back(now);
      if (!linked) linked = now;
      if (no_lists > Duration{0} && told.writes.size() == 2) return reply(503, "");
      return reply(link_status, "{}");
    }
    if (group) {
      std::string links;
      ++told.reads;
      for (const plan::PlannedService& service : plan.services) {
        if (!shows(told.reads, now - linked.value_or(now), service.id.text())) continue;
        links += fmt::format(R"({}{{"id":"{}"}})", links.empty() ? "" : ",", service.id.text());
      }
      return reply(200, fmt::format(R"({{"id":"evg-g","name":"g","serviceLinks":[{}]}})", links));
    }
    if (request.method == api::Method::post) {
      told.deploys.push_back(now);
      return reply(201, R"({"id":"dep-1","status":"build_in_progress","trigger":"api"})");
    }
    if (request.target.find("/deploys?") == std::string::npos)
      return reply(200, R"({"id":"dep-1","status":"live","trigger":"api"})");
    return linked && now - *linked < no_lists ? reply(503, "") : reply(200, "[]");
  };
  for (int turn = 0; turn < 10'000; ++turn) {
    const Step step = rollout.step(now);
    for (const Event& event : step.events) {
      if (const auto* waiting = event.as<Waiting>()) told.notices.push_back(waiting->why);
    }
    if (rollout.finished()) {
      told.end = now;
      told.progress = rollout.progress();
      return told;
    }
    if (step.calls.empty()) {
      REQUIRE(step.wake.has_value());
      now = std::max(now, *step.wake);
    }
    for (const Call& call : step.calls) {
      now += milliseconds(100);
      rollout.receive(now, {call.id, answer(call.request)});
    }
  }
  FAIL("it does not end");
  return told;
}

}  // namespace

TEST_CASE("a link that shows at once is trusted at once") {
  const Told told = carry_out(1, [](int, Duration, std::string_view) { return true; });
  CHECK(told.progress.services[0].outcome == ServiceOutcome::live);
  REQUIRE(told.deploys.size() == 1);
  CHECK(told.deploys[0] < start + seconds(2));
  CHECK(told.reads == 1);
}

TEST_CASE("a link that shows late, or comes and goes, is trusted when every replica must show it") {
  const Shows late = [](int, Duration since, std::string_view) { return since >= seconds(29); };
  const Shows flaps = [](int read, Duration since, std::string_view) {
    return read % 2 == 0 || since >= seconds(29);
  };
  for (const Shows& shows : {late, flaps}) {
    const Told told = carry_out(1, shows);
    CHECK(told.progress.services[0].outcome == ServiceOutcome::live);
    CHECK(told.writes.size() == 1);
    REQUIRE(told.deploys.size() == 1);
    CHECK(told.deploys[0] >= told.writes[0] + link_lag);
    CHECK(told.deploys[0] < told.writes[0] + link_lag + seconds(2));
    REQUIRE(told.notices.size() == 1);
    CHECK(told.notices[0] == "g does not show s0 in every read yet, reading again in 30s");
  }
}

TEST_CASE("a link is reported as not made when every replica would have to show it") {
  for (const int status : {201, 400, 409}) {
    CAPTURE(status);
    const Told told = carry_out(1, [](int, Duration, std::string_view) { return false; }, {}, status);
    CHECK(told.progress.links[0].phase == WritePhase::failed);
    CHECK(told.end >= told.writes[0] + link_lag);
    CHECK(told.deploys.empty());
  }
  const Told refused = carry_out(1, [](int, Duration, std::string_view) { return false; }, {}, 403);
  CHECK(refused.progress.links[0].phase == WritePhase::failed);
  CHECK(refused.end < refused.writes[0] + seconds(2));
}

TEST_CASE("a proved link that one reading does not show is read again, and no deploy is requested in doubt") {
  // The first reading shows only the first link; the next one, for the second link, shows neither.
  const Shows flaps = [](int read, Duration since, std::string_view service) {
    if (since >= link_lag) return true;
    return read == 1 ? service == "srv-0" : false;
  };
  const Told told = carry_out(2, flaps, seconds(5));
  for (const ServiceProgress& service : told.progress.services)
    CHECK(service.outcome == ServiceOutcome::live);
  REQUIRE(told.deploys.size() == 2);
  for (const Time at : told.deploys) CHECK(at >= told.writes[0] + link_lag);
}

TEST_CASE("a proved link that is missing for longer than any lag ends its service") {
  const Shows gone = [](int read, Duration since, std::string_view service) {
    return service == "srv-1" ? since >= link_lag : read == 1;
  };
  const Told told = carry_out(2, gone, seconds(5));
  CHECK(told.progress.services[0].outcome == ServiceOutcome::failed);
  CHECK(told.progress.services[0].reason.find("but now it is missing again: somebody changed it") !=
        std::string::npos);
  CHECK(told.progress.services[1].outcome != ServiceOutcome::failed);
  for (const Time at : told.deploys) CHECK(at >= told.writes[0] + link_lag);
}
