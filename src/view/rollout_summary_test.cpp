#include "view/rollout_summary.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "view/sample_test.h"

namespace envlink::view {
namespace {

using engine::ServiceOutcome;

struct Failed {
  plan::Plan plan = sample::guide();
  engine::Progress progress = sample::halted(plan);
  Style style{false, true, 60};

  std::string lines(const engine::Event& event) const {
    return join(failure_lines(plan, progress, event, style), "\n");
  }
  std::string ended(std::size_t service) const {
    return lines(sample::event(150, engine::ServiceEnded{.service = engine::event_service(plan, service),
                                                         .state = progress.services[service].outcome}));
  }
  std::string told(engine::FailureTold told) const {
    told.service = engine::event_service(plan, 1);
    return lines(sample::event(152, std::move(told)));
  }
};

const engine::FailureTold build_failed{
    .told_by_render = "exit code 1",
    .log = {"==> Running build command 'npm ci && npm run build' in /opt/render/project/src",
            "==> Build failed"}};

TEST_CASE("a failed deploy is reported with its duration, and later with the reason") {
  CHECK(Failed().ended(1) == "✗ toolboxai-backend: build failed after 53s");
  CHECK(Failed().told(build_failed) == "  toolboxai-backend: exit code 1");
}

TEST_CASE("the end of its log is left to the summary") {
  engine::FailureTold only_the_log = build_failed;
  only_the_log.told_by_render.clear();
  CHECK(Failed().told(only_the_log).empty());
  CHECK(Failed().told({.no_log = "no line of its log is shown: Render answered 503"}).empty());
}

TEST_CASE("without a deploy the reason is reported") {
  Failed failed;
  auto& backend = failed.progress.services[1];
  backend.deploy = {};
  backend.status = model::DeployStatus::unknown_running;
  backend.requested_at.reset();
  backend.reason = "could not link toolboxai-secrets: HTTP 404";
  backend.cure = "check the group's id";
  CHECK(failed.ended(1) ==
        "✗ toolboxai-backend: failed: could not link\n"
        "  toolboxai-secrets: HTTP 404");
}

TEST_CASE("successful and skipped services are not reported") {
  CHECK(Failed().ended(0).empty());
  CHECK(Failed().ended(2).empty());
  const Failed failed;
  const auto service = engine::event_service(failed.plan, 1);
  CHECK(failed.lines(sample::event(1, engine::DeployObserved{.service = service})).empty());
  CHECK(failed.lines(sample::event(1, engine::RunEnded{})).empty());
}

TEST_CASE("a failure fits any width and is harmless whatever its text") {
  Failed failed;
  const auto harm = sample::hostile(1).services[0].name;
  failed.plan.services[1].name = harm;
  failed.progress.services[1].cure = harm;
  const auto event = sample::event(
      152, engine::FailureTold{.service = engine::event_service(failed.plan, 1),
                               .told_by_render = harm,
                               .log = {harm, std::string(1000, 'x'), "日本語日本語日本語日本語"}});
  for (const std::size_t width : {0U, 1U, 2U, 5U, 9U, 40U}) {
    failed.style.width = width;
    for (const auto& line : failure_lines(failed.plan, failed.progress, event, failed.style)) {
      CHECK(display_width(line) <= width);
      CHECK(sample::harmless(line));
    }
  }
}

}  // namespace
}  // namespace envlink::view
