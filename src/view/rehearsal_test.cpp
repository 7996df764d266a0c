#include "view/rehearsal.h"

#include <doctest/doctest.h>

#include "view/sample_test.h"

namespace envlink::view {
namespace {

const Style plain{false, true, 80};

Rehearsal halted() {
  Rehearsal told;
  told.plan = sample::guide();
  told.assumptions = {"an answer takes 80ms"};
  told.requests = {{"GET /owners", 2}, {"POST /services/{id}/deploys", 11}};
  told.took = std::chrono::seconds(152);
  told.outcome = model::Outcome::deploy_failed;
  const engine::ServiceEnded failed{.service = engine::event_service(told.plan, 0),
                                    .state = engine::ServiceOutcome::failed,
                                    .why = "its build failed"};
  told.runs = {{told.plan,
                {sample::event(0, engine::run_began(told.plan)), sample::event(60, failed),
                 sample::event(61, engine::RunEnded{model::Outcome::deploy_failed})}}};
  return told;
}

bool says(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

TEST_CASE("a rehearsal shows the result first, then what failed and what to type") {
  const std::string text = render_rehearsal(halted(), plain, false);
  CHECK(text.starts_with("✗ Rehearsal: apply would stop after 2m32s, reads included (exit 5).\n"));
  CHECK(says(text, "1 service failed, 8 not started, 0 of 9 live."));
  CHECK(says(text, "\nNothing was changed. Assumes that deploys take as long as recent ones"));
  CHECK(text.ends_with("Next: envlink apply\n"));
  for (const auto more : {"Wave 1 of", "[  60.0s]", "an answer takes 80ms", "13 requests", "Faults"})
    CHECK_FALSE(says(text, more));
}

TEST_CASE("a full rehearsal has the plan, the events, the assumptions and the requests") {
  const std::string text = render_rehearsal(halted(), plain, true);
  CHECK(says(text, "Wave 1 of 4"));
  CHECK(says(text, "\nAssumed\n  · an answer takes 80ms\n"));
  CHECK(says(text, "[  60.0s] toolboxai-monitoring         failed: its build failed"));
  CHECK(says(text, "13 requests\n   2  GET /owners\n  11  POST /services/{id}/deploys\n"));
  CHECK_FALSE(says(text, "Faults"));
}

TEST_CASE("a rehearsal shows no page or id of its imaginary deploys, and offers no rollback") {
  Rehearsal told = halted();
  auto& failed = std::get<engine::ServiceEnded>(told.runs.front().events[1].what);
  failed.cure = "read its log: https://dashboard.render.com/x";
  told.runs.front().events.insert(told.runs.front().events.begin() + 1,
                                  sample::event(1, engine::DeployAnswered{.service = failed.service,
                                                                          .http_status = 201,
                                                                          .deploy = DeployId("dep-made-up"),
                                                                          .why = {}}));
  const std::string text = render_rehearsal(told, plain, false);
  for (const auto never : {"https://", "dep-made-up", "envlink rollback", "envlink resume"})
    CHECK_FALSE(says(text, never));
}

TEST_CASE("of an empty or refused plan only the plan is shown") {
  for (const auto& plan : {sample::empty(), sample::refused()}) {
    Rehearsal told;
    told.plan = plan;
    for (const bool whole : {false, true}) {
      const std::string text = render_rehearsal(told, plain, whole);
      CHECK_FALSE(says(text, "Rehearsal"));
      CHECK_FALSE(text.empty());
    }
  }
}

TEST_CASE("a rollback is shown below the rollout, with faults and problems if any") {
  Rehearsal told = halted();
  told.runs.push_back(told.runs.front());
  told.runs.back().plan.undoes = 1;
  told.faults = {R"({match: "*", nth: 1, do: cut})"};
  told.faults_met = 1;
  told.problems = {"service a: secrets is not linked"};
  const std::string text = render_rehearsal(told, plain, true);
  CHECK(text.find("What apply would do") < text.find("Then the rollback"));
  CHECK(says(text, "Faults (1 happened)\n  - {match: \"*\", nth: 1, do: cut}\n"));
  CHECK(says(text, "  ✗ service a: secrets is not linked\n"));
}

TEST_CASE("foreign text in a rehearsal cannot control a terminal") {
  Rehearsal told = halted();
  told.plan = sample::hostile(2);
  told.runs.front().plan = told.plan;
  told.assumptions = {"\x1b[2J of \u202e"};
  told.problems = {"\x1b]0;x\x07"};
  told.faults = {"\x9b\x1b[31m"};
  CHECK(sample::harmless(render_rehearsal(told, plain, true)));
  CHECK(sample::harmless(rehearsal_json(told)));
}

}  // namespace
}  // namespace envlink::view
