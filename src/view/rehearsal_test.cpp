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

TEST_CASE("a rehearsal tells what it assumes, what happens when, how it ends and what it costs") {
  const std::string text = render_rehearsal(halted(), plain);
  CHECK(says(text, "nothing is written"));
  CHECK(says(text, "  · an answer takes 80ms\n"));
  CHECK(says(text, "[  60.0s] toolboxai-monitoring         failed: its build failed"));
  CHECK(says(text, "Stopped after"));
  CHECK(says(text, "13 requests\n   2  GET /owners\n  11  POST /services/{id}/deploys\n"));
  CHECK(says(text, "✗ apply would end with exit 5 after 2m32s."));
  CHECK_FALSE(says(text, "Faults"));
}

TEST_CASE("in short, a rehearsal leaves out the plan and the lines") {
  const std::string text = render_rehearsal(halted(), plain, false);
  CHECK(text.starts_with("Rehearsal on the model"));
  CHECK_FALSE(says(text, "Wave 1 of"));
  CHECK_FALSE(says(text, "[  60.0s]"));
  CHECK(says(text, "Stopped after"));
}

TEST_CASE("a plan that is empty or refused is all there is to show") {
  for (const auto& plan : {sample::empty(), sample::refused()}) {
    Rehearsal told;
    told.plan = plan;
    const std::string text = render_rehearsal(told, plain, false);
    CHECK_FALSE(says(text, "Rehearsal"));
    CHECK_FALSE(says(text, "apply would end"));
    CHECK_FALSE(text.empty());
  }
}

TEST_CASE("a rollback stands below the rollout, faults and problems where there are any") {
  Rehearsal told = halted();
  told.runs.push_back(told.runs.front());
  told.runs.back().plan.undoes = 1;
  told.faults = {R"({match: "*", nth: 1, do: cut})"};
  told.faults_met = 1;
  told.problems = {"service a: secrets is not linked"};
  const std::string text = render_rehearsal(told, plain);
  CHECK(text.find("What apply would do") < text.find("Then it would go back"));
  CHECK(says(text, "Faults that are played (1 was met)\n  - {match: \"*\", nth: 1, do: cut}\n"));
  CHECK(says(text, "  ✗ service a: secrets is not linked\n"));
}

TEST_CASE("nothing foreign in a rehearsal steers a terminal") {
  Rehearsal told = halted();
  told.plan = sample::hostile(2);
  told.runs.front().plan = told.plan;
  told.assumptions = {"\x1b[2J of \u202e"};
  told.problems = {"\x1b]0;x\x07"};
  told.faults = {"\x9b\x1b[31m"};
  CHECK(sample::harmless(render_rehearsal(told, plain)));
  CHECK(sample::harmless(rehearsal_json(told)));
}

}  // namespace
}  // namespace envlink::view
