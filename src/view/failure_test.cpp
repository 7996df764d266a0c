#include "view/failure.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "view/sample_test.h"

namespace envlink::view {
namespace {

using engine::Ending;
using engine::EventKind;

struct Failed {
  plan::Plan plan = sample::guide();
  engine::Progress progress = sample::halted(plan);
  Style style{false, true, 60};

  std::string lines(const engine::Event& event) const {
    return join(failure_lines(plan, progress, event, style), "\n");
  }
  static engine::Event ended(std::size_t service) {
    return sample::service_event(150, EventKind::service_ended, service);
  }
  static engine::Event told() {
    auto event = sample::service_event(152, EventKind::failure_told, 1);
    event.text = "exit code 1";
    event.lines = {"==> Running build command 'npm ci && npm run build' in /opt/render/project/src",
                   "==> Build failed"};
    return event;
  }
};

TEST_CASE("a failed deploy is kept with how long it took and its id") {
  CHECK(Failed().lines(Failed::ended(1)) ==
        "✗ toolboxai-backend: build failed after 53s,\n"
        "  dep-d47pi5ripnbc73d2bjhg");
}

TEST_CASE("why it failed follows with the end of its log, within the width of the screen") {
  CHECK(Failed().lines(Failed::told()) ==
        "✗ toolboxai-backend: exit code 1\n"
        "  │ ==> Running build command 'npm ci && npm run build' in …\n"
        "  │ ==> Build failed\n"
        "  → read its log: https://dashboard.render.com/ →\n"
        "  toolboxai-backend → Deploys → dep-d47pi5ripnbc73d2bjhg");
}

TEST_CASE("without a line of the log it says why there is none") {
  auto event = Failed::told();
  event.lines.clear();
  event.cure = "no line of its log is shown: Render answered 503";
  CHECK(Failed().lines(event) ==
        "✗ toolboxai-backend: exit code 1\n"
        "  → no line of its log is shown: Render answered 503");
}

TEST_CASE("where no deploy was made the reason has to do") {
  Failed failed;
  auto& backend = failed.progress.services[1];
  backend.deploy = {};
  backend.status = model::DeployStatus::unknown_running;
  backend.requested_at.reset();
  backend.reason = "could not link toolboxai-secrets: HTTP 404";
  backend.cure = "check the group's id";
  CHECK(failed.lines(Failed::ended(1)) ==
        "✗ toolboxai-backend: failed\n"
        "  could not link toolboxai-secrets: HTTP 404\n"
        "  → check the group's id");
}

TEST_CASE("what came through, and what was left alone, is not kept") {
  CHECK(Failed().lines(Failed::ended(0)).empty());
  CHECK(Failed().lines(Failed::ended(2)).empty());
  CHECK(Failed().lines(sample::service_event(1, EventKind::deploy_observed, 1)).empty());
  CHECK(Failed().lines(sample::event(1, EventKind::run_ended)).empty());
}

TEST_CASE("a failure stays within any width and is harmless whatever stands in it") {
  Failed failed;
  const auto harm = sample::hostile(1).services[0].name;
  failed.plan.services[1].name = harm;
  failed.progress.services[1].cure = harm;
  auto event = Failed::told();
  event.text = harm;
  event.lines = {harm, std::string(1000, 'x'), "日本語日本語日本語日本語"};
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
