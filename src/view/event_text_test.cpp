#include "view/event_text.h"

#include <doctest/doctest.h>

#include "view/sample_test.h"

namespace envlink::view {
namespace {

using engine::ServiceOutcome;
using engine::ServicePhase;

struct Run {
  plan::Plan plan = sample::guide();
  engine::Progress progress = sample::half_way(plan);
  Style style{false, true, 80};
  LogLines lines{plan, progress, style};

  std::string line(int seconds, engine::Event::What what) {
    return lines.line_for(sample::event(seconds, std::move(what))).value_or("");
  }
  /// The log line for an event about the backend or its link.
  template <class Kind>
  std::string told(Kind what) {
    if constexpr (requires { what.link; }) what.link = engine::event_link(plan, 1);
    if constexpr (requires { what.service; }) what.service = engine::event_service(plan, 1);
    return line(12, std::move(what));
  }
  std::string end(ServiceOutcome outcome, std::string why = {}, std::string cure = {}) {
    auto& backend = progress.services[1];
    backend.phase = ServicePhase::ended;
    backend.outcome = outcome;
    backend.ended_at = *backend.requested_at + std::chrono::seconds(92);
    return line(97 + 92, engine::ServiceEnded{engine::event_service(plan, 1), outcome, backend.deploy,
                                              std::move(why), std::move(cure)});
  }
};

const std::string backend = "toolboxai-backend            ";  // padded to the longest name, plus two

TEST_CASE("a link is news if it is confirmed or has problems") {
  Run run;
  CHECK(run.told(engine::LinkIntended{.attempt = 1}).empty());
  CHECK(run.told(engine::LinkAnswered{.http_status = 204}).empty());
  CHECK(run.told(engine::LinkAnswered{.http_status = 503}) ==
        "[  12.0s] " + backend + "link toolboxai-secrets: HTTP 503");
  CHECK(run.told(engine::LinkAnswered{.why = "connection cut"}) ==
        "[  12.0s] " + backend + "link toolboxai-secrets: no answer: connection cut");
  CHECK(run.told(engine::LinkProved{}) == "[  12.0s] " + backend + "linked toolboxai-secrets");
  CHECK(run.told(engine::LinkFailed{{}, "HTTP 404", "Check the id."}).empty());
  CHECK(run.end(ServiceOutcome::failed, "could not link toolboxai-secrets: HTTP 404", "Check the id.") ==
        "[ 189.0s] " + backend + "failed: could not link toolboxai-secrets: HTTP 404");
  run.plan.links[1].action = plan::LinkAction::remove;
  CHECK(run.told(engine::LinkProved{}) == "[  12.0s] " + backend + "unlinked toolboxai-secrets");
}

TEST_CASE("a deploy's status is news only if it changes, and its end is logged once") {
  Run run;
  CHECK(run.told(engine::DeployIntended{.attempt = 1}).empty());
  CHECK(run.told(engine::DeployAnswered{.http_status = 201, .deploy = DeployId("dep-1")}) ==
        "[  12.0s] " + backend + "deploy dep-1");
  CHECK(run.told(engine::DeployAttributed{.deploy = DeployId("dep-1")}).empty());
  CHECK(run.told(engine::DeployObserved{.deploy_status = "build_in_progress"}) ==
        "[  12.0s] " + backend + "building");
  CHECK(run.told(engine::DeployObserved{.deploy_status = "build_in_progress"}).empty());
  CHECK(run.told(engine::DeployObserved{.deploy_status = "update_in_progress"}) ==
        "[  12.0s] " + backend + "starting");
  CHECK(run.told(engine::DeployObserved{.deploy_status = "live"}).empty());
  CHECK(run.told(engine::HealthObserved{.http_status = 503, .why = "its health path answers 503"}) ==
        "[  12.0s] " + backend + "its health path answers 503");
  CHECK(run.told(engine::HealthObserved{.http_status = 503, .why = "its health path answers 503"}).empty());
  CHECK(run.end(ServiceOutcome::live) == "[ 189.0s] " + backend + "live after 1m32s");
  CHECK(run.end(ServiceOutcome::superseded, "dep-2 (api) took over") ==
        "[ 189.0s] " + backend + "live after 1m32s: dep-2 (api) took over");
}

TEST_CASE("a lost answer, a second attempt and a deploy found later are logged") {
  Run run;
  CHECK(run.told(engine::DeployAnswered{}) == "[  12.0s] " + backend + "deploy: no answer");
  CHECK(run.told(engine::DeployIntended{.attempt = 2}) ==
        "[  12.0s] " + backend + "requesting the deploy again, attempt 2");
  CHECK(run.told(engine::DeployAnswered{.http_status = 202}).empty());
  CHECK(run.told(engine::DeployAttributed{.deploy = DeployId("dep-2")}) ==
        "[  12.0s] " + backend + "deploy dep-2");
}

TEST_CASE("a failure is logged with its reason; its cure and services not started are left to the summary") {
  Run run;
  run.progress.services[1].status = model::DeployStatus::build_failed;
  CHECK(run.end(ServiceOutcome::failed, "exit status 1", "Read the log.") ==
        "[ 189.0s] " + backend + "build failed: exit status 1");
  CHECK(run.end(ServiceOutcome::not_started, "toolboxai-monitoring failed").empty());
}

TEST_CASE("the reason of a failure follows as soon as Render shows it, without the log") {
  Run run;
  const auto told = [&](engine::FailureTold what) { return run.told(std::move(what)); };
  CHECK(told({.told_by_render = "exit \x1b[2J code 1", .log = {"2", "3"}}) ==
        "[  12.0s] " + backend + "why: exit \uFFFD[2J code 1");
  CHECK(told({.log = {"1"}}).empty());
  CHECK(told({.no_log = "no line of its log is shown: Render answered 503."}).empty());
}

TEST_CASE("starting, waiting, being interrupted and ending take one line each") {
  Run run;
  CHECK(run.line(0, engine::RunBegan{}) == "[   0.0s] 9 links, 9 services in 4 waves");
  CHECK(run.line(0, engine::Waiting{12, "rate limit: again in 12s"}) == "[   0.0s] rate limit: again in 12s");
  CHECK(run.line(0, engine::Interrupted{1}) ==
        "[   0.0s] interrupted: nothing more is started; deploys continue on Render");
  CHECK(run.line(0, engine::RunEnded{model::Outcome::deploy_failed}) == "[   0.0s] stopped");
}

TEST_CASE("a sign of life shows active services, progress and the estimated time left") {
  Run run;
  CHECK(run.lines.sign_of_life(sample::at(139)) ==
        "[ 139.0s] 1 of 9 live; toolboxai-backend building 0:42 of ~1:45; 4 min or more left");
  for (std::size_t i = 2; i < 7; ++i) run.progress.services[i] = run.progress.services[1];
  CHECK(run.lines.sign_of_life(sample::at(139)).find("; 3 more in progress; ") != std::string::npos);
  run.plan.services[1].name = "x\x1b[31m\ny";
  CHECK(sample::harmless(run.lines.sign_of_life(sample::at(139))));
}

TEST_CASE("text from Render cannot break a line or control the terminal") {
  Run run;
  run.plan.services[1].name = "x\x1b[31m\ny";
  const auto line = run.end(ServiceOutcome::failed, "a\nb\x1b[2J rnd_0123456789", "c\rd");
  CHECK(sample::harmless(line));
  CHECK(line.find('\n') == std::string::npos);
  CHECK(line.ends_with("failed: a b\uFFFD[2J rnd_***"));
}

}  // namespace
}  // namespace envlink::view
