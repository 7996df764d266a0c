// Which list of deploys a deploy request rests on. Played reply by reply; whole rollouts: tests/simulation.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/attribution.h"
#include "engine/rollout.h"

using namespace envlink;
using namespace envlink::engine;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const Time noon = *parse_rfc3339("2025-12-18T12:00:00Z");

/// Render's clock stays at noon: only the time of the plan's list matters.
struct Told {
  std::vector<std::string> requests;  // "GET /services/srv-1/deploys?limit=20", in order
  std::string deploy_body;
  Progress progress;

  std::ptrdiff_t place(std::string_view part) const {
    const auto found = std::ranges::find_if(
        requests, [part](const std::string& one) { return one.find(part) != std::string::npos; });
    return found == requests.end() ? -1 : found - requests.begin();
  }
  auto count(std::string_view part) const {
    return std::ranges::count_if(
        requests, [part](const std::string& one) { return one.find(part) != std::string::npos; });
  }
};

plan::Plan plan_of_one() {
  plan::Plan plan;
  plan::PlannedService service;
  service.id = ServiceId("srv-1");
  service.name = "api";
  service.redeploy = plan::Reason::links_change;
  service.rebuild = false;
  service.wave = 1;
  service.known_deploys = {DeployId("dep-0")};
  plan.services.push_back(service);
  plan.links.push_back({plan::LinkAction::add, GroupId("evg-g"), "g", 0});
  plan.waves = {{0}};
  return plan;
}

Told carry_out(const plan::Plan& plan, std::optional<Time> listed, const std::string& deploys = "[]",
               std::string_view trigger = "api") {
  Rollout rollout(plan);
  if (listed) rollout.plan_listed({{ServiceId("srv-1"), *listed}});
  Told told;
  const auto answer = [&](const api::Request& request) -> api::Response {
    const auto reply = [](int status, std::string body) {
      return api::Response{status,
                           {{"ratelimit-limit", "400"},
                            {"ratelimit-remaining", "390"},
                            {"ratelimit-reset", "30"},
                            {"date", "Thu, 18 Dec 2025 12:00:00 GMT"}},
                           std::move(body)};
    };
    if (request.target.starts_with("/env-groups/"))
      return reply(200, R"({"id":"evg-g","name":"g","serviceLinks":[{"id":"srv-1"}]})");
    if (request.method == api::Method::post) {
      told.deploy_body = request.body;
      return reply(
          201, fmt::format(
                   R"({{"id":"dep-1","status":"live","trigger":"{}","createdAt":"2025-12-18T12:00:00.5Z"}})",
                   trigger));
    }
    return reply(200, deploys);
  };
  Time now = noon;
  for (int turn = 0; turn < 1'000 && !rollout.finished(); ++turn) {
    const Step step = rollout.step(now);
    if (step.calls.empty() && step.wake) now = std::max(now, *step.wake);
    for (const Call& call : step.calls) {
      told.requests.push_back(fmt::format("{} {}", api::to_string(call.request.method), call.request.target));
      now += milliseconds(100);
      rollout.receive(now, {call.id, answer(call.request)});
    }
  }
  REQUIRE(rollout.finished());
  told.progress = rollout.progress();
  return told;
}

}  // namespace

TEST_CASE("while the plan's list of deploys is fresh, no other is read before a deploy is requested") {
  const Told fresh = carry_out(plan_of_one(), noon - list_lag);
  CHECK(fresh.progress.services[0].outcome == ServiceOutcome::live);
  CHECK(fresh.count("/deploys?") == 0);
  CHECK(fresh.progress.services[0].before.deploys == std::vector{DeployId("dep-0")});
  for (const std::optional<Time> old : {std::optional(noon - list_lag - seconds(1)), std::optional<Time>()}) {
    const Told told = carry_out(plan_of_one(), old);
    CHECK(told.progress.services[0].outcome == ServiceOutcome::live);
    CHECK(told.count("/deploys?") == 1);
    CHECK(told.place("POST /env-groups") < told.place("/deploys?"));
  }
}

TEST_CASE("a service whose links stay is listed before its deploy, however fresh the plan is") {
  plan::Plan plan = plan_of_one();
  plan.links.clear();
  plan.services[0].redeploy = plan::Reason::stale;
  CHECK(carry_out(plan, noon).count("/deploys?") == 1);
}

TEST_CASE("deploys that the plan left out are listed once, before a link changes") {
  plan::Plan plan = plan_of_one();
  plan.services[0].deploys_unread = true;
  plan.services[0].known_deploys.clear();
  const Told told =
      carry_out(plan, std::nullopt, R"([{"deploy":{"id":"dep-0","status":"live"},"cursor":"c"}])");
  CHECK(told.progress.services[0].outcome == ServiceOutcome::live);
  CHECK(told.count("/deploys?") == 1);
  CHECK(told.place("/deploys?") < told.place("POST /env-groups"));
  CHECK(told.progress.services[0].before.deploys == std::vector{DeployId("dep-0")});
  CHECK(ran_before(plan, told.progress, 0) == DeployId("dep-0"));
  CHECK(told.deploy_body.find("deploy_only") != std::string::npos);
}

TEST_CASE("a service that the plan did not list and that has no live deploy is built when its turn comes") {
  plan::Plan plan = plan_of_one();
  plan.services[0].deploys_unread = true;
  const Told told = carry_out(plan, std::nullopt);
  CHECK(told.progress.services[0].outcome == ServiceOutcome::live);
  CHECK(told.deploy_body.find("deploy_only") == std::string::npos);
  CHECK(ran_before(plan, told.progress, 0).empty());
}

TEST_CASE("an answer that names a deploy which Render made by itself is not believed") {
  const std::string listed =
      R"([{"cursor":"b","deploy":{"id":"dep-2","status":"live","trigger":"api",)"
      R"("createdAt":"2025-12-18T12:00:01.5Z"}},)"
      R"({"cursor":"a","deploy":{"id":"dep-1","status":"deactivated","trigger":"service_updated",)"
      R"("createdAt":"2025-12-18T12:00:00.5Z"}}])";
  const Told told = carry_out(plan_of_one(), noon, listed, "service_updated");
  CHECK(told.progress.services[0].deploy == DeployId("dep-2"));
}
