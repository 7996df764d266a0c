#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "view/findings_text.h"
#include "view/layout.h"
#include "view/no_services.h"
#include "view/plan_brief.h"
#include "view/plan_text.h"
#include "view/sample_test.h"
#include "view/verification_text.h"
#include "view/workspace_text.h"

namespace envlink::view {
namespace {

const Style plain80{false, true, 80};
const Style plain120{false, true, 120};
const Style ascii80{false, false, 80};
const Style colour80{true, true, 80};

std::ptrdiff_t lines_of(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

TEST_CASE("a plan reads as the golden text says") {
  sample::check_golden("plan_guide_80.txt", render_plan(sample::guide(), plain80));
  sample::check_golden("plan_guide_ascii.txt", render_plan(sample::guide(), ascii80));
  sample::check_golden("plan_mixed_80.txt", render_plan(sample::mixed(), plain80));
  sample::check_golden("plan_mixed_120.txt", render_plan(sample::mixed(), plain120));
  sample::check_golden("plan_refused_80.txt", render_plan(sample::refused(), plain80));
  sample::check_golden("plan_empty_80.txt", render_plan(sample::empty(), plain80));
}

TEST_CASE("a plan in brief reads as the golden text says") {
  sample::check_golden("plan_brief_guide_80.txt", render_plan_brief(sample::guide(), plain80));
  sample::check_golden("plan_brief_mixed_80.txt", render_plan_brief(sample::mixed(), plain80));
  sample::check_golden("plan_brief_refused_80.txt", render_plan_brief(sample::refused(), plain80));
  sample::check_golden("plan_brief_100_80.txt", render_plan_brief(sample::alike(100), plain80));
}

TEST_CASE("a plan in brief fits a screen, whatever it holds") {
  CHECK(lines_of(render_plan_brief(sample::guide(), plain80)) <= 24);
  CHECK(lines_of(render_plan_brief(sample::alike(1000), plain80)) <= 24);
  auto hostile = sample::hostile(1000);
  hostile.findings.resize(100, hostile.findings.front());
  for (auto& finding : hostile.findings) finding.severity = plan::Severity::warning;
  CHECK(lines_of(render_plan_brief(hostile, plain80)) <= 60);
  CHECK(lines_of(render_plan_brief(sample::empty(), plain80)) == 1);
  auto refused = sample::refused();
  refused.findings.resize(500, refused.findings.front());
  CHECK(lines_of(render_plan_brief(refused, plain80)) <= 60);
}

TEST_CASE("a plan in brief counts every service that it does not name") {
  const auto text = render_plan_brief(sample::alike(100), plain120);
  CHECK(text.find("100 services  link secrets, redeploy") != std::string::npos);
  CHECK(text.find("s0, s1, s2, s3 and 96 more") != std::string::npos);
  auto each_its_own = sample::alike(100);
  for (auto& link : each_its_own.links) link.group_name += std::to_string(link.service);
  const auto cut = render_plan_brief(each_its_own, plain120);
  CHECK(cut.find("… and 72 more services (all: -v)") != std::string::npos);
  CHECK(cut.find("s27  link secrets27") != std::string::npos);
  CHECK(cut.find("s28") == std::string::npos);
}

TEST_CASE("a plan in brief shows errors and warnings, and leaves notes to -v") {
  const auto text = render_plan_brief(sample::mixed(), plain120);
  for (const plan::Finding& finding : sample::mixed().findings) {
    CHECK_MESSAGE((text.find(finding.id) != std::string::npos) == (finding.severity != plan::Severity::note),
                  finding.id);
  }
}

TEST_CASE(
    "a plan with nothing to do does not say that a service runs with its links while a deploy is under way") {
  auto plan = sample::empty();
  plan.findings.push_back({"deploy-under-way", plan::Severity::note, "service a", "it is", "wait", {1, 1}});
  const std::string text = render_plan(plan, plain80);
  CHECK(text.find("up to date") == std::string::npos);
  CHECK(text.find("Nothing to do: every link is in place; 1 deploy is in progress.") != std::string::npos);
}

TEST_CASE("a plan for a file without services does not say that every service runs with its links") {
  auto plan = sample::empty();
  plan.services.clear();
  CHECK(render_plan(plan, plain80).find("Nothing to do: the file names no service.") != std::string::npos);
}

TEST_CASE("findings alone come errors first, each with its place and cure") {
  auto plan = sample::mixed();
  plan.findings.push_back(sample::refused().findings[0]);
  sample::check_golden("findings_80.txt", render_findings(plan.found(), plain80));
  CHECK(render_findings(sample::guide().found(), plain80).empty());
}

TEST_CASE("links that the file does not name are mentioned only where they are kept and reported") {
  auto plan = sample::mixed();
  CHECK(render_plan(plan, plain80).find("legacy-env on toolboxai-backend") != std::string::npos);
  for (const auto policy : {model::Unmanaged::keep, model::Unmanaged::remove}) {
    plan.unmanaged_policy = policy;
    CHECK(render_plan(plan, plain80).find("legacy-env") == std::string::npos);
  }
}

TEST_CASE("a verification prints the guide's four steps, and no more where all pass") {
  CHECK(render_verification(sample::verified(), sample::at(0), plain80, false) ==
        "✓ Step 1: Connected to toolboxai\n"
        "✓ Step 2: All 3 environment groups exist\n"
        "✓ Step 3: All 9 services have their groups linked\n"
        "✓ Step 4: All 9 services are live\n");
  sample::check_golden("verification_passed_80.txt",
                       render_verification(sample::verified(), sample::at(0), plain80, true));
  sample::check_golden("verification_failed_80.txt",
                       render_verification(sample::unverified(), sample::at(0), plain80, false));
  sample::check_golden("verification_failed_ascii.txt",
                       render_verification(sample::unverified(), sample::at(0), ascii80, true));
}

TEST_CASE("problems of many groups are told as what they are, and the rest of them is counted") {
  auto verification = sample::unverified();
  verification.steps[1] = {false, "The environment groups are not as the file expects", {}};
  for (int i = 0; i < 30; ++i)
    verification.steps[1].problems.push_back(fmt::format("group g{}: it has no TOKEN", i));
  const auto text = render_verification(verification, sample::at(0), plain80, false);
  CHECK(text.find("30 services") == std::string::npos);
  CHECK(text.find("  group g0: it has no TOKEN\n") != std::string::npos);
  CHECK(text.find("  group g19: it has no TOKEN\n") != std::string::npos);
  CHECK(text.find("  … and 10 more\n") != std::string::npos);
}

TEST_CASE("a problem that is no service's is told whole, however long it is") {
  auto verification = sample::unverified();
  const std::string problem =
      "group toolboxai-secrets: it has 38 variables, but the file expects exactly 39 of them";
  verification.steps[1] = {false, "The environment groups are not as the file expects", {problem}};
  for (const bool whole : {false, true})
    CHECK(render_verification(verification, sample::at(0), plain120, whole).find("  " + problem + "\n") !=
          std::string::npos);
}

TEST_CASE("a file that sets values and names no service is not said to be unfinished") {
  auto plan = sample::empty();
  plan.services.clear();
  CHECK(names_no_service(plan));
  plan.groups[0].unchanged = {"TOKEN"};
  CHECK_FALSE(names_no_service(plan));
  CHECK(render_plan_brief(plan, plain80) == "✓ Nothing to do: every value is already set.\n");
}

TEST_CASE("an explanation reads as the golden text says, and steers no terminal") {
  sample::check_golden("explained_80.txt", render_explanation(sample::explained(), plain80));
  sample::check_golden("not_explained_80.txt", render_explanation(sample::not_explained(), plain80));
  CHECK(is_ascii(render_explanation(sample::explained(), ascii80)));
  CHECK(sample::without_colour(render_explanation(sample::explained(), colour80)) ==
        render_explanation(sample::explained(), plain80));
  auto hostile = sample::explained();
  const auto harm = sample::hostile(1).owner.name;
  hostile.owner.name = hostile.name = hostile.asked = hostile.near = hostile.groups[0].name = harm;
  hostile.after->linked[0].name = hostile.after->variables[1].key = harm;
  hostile.variables[0].key = hostile.variables[1].sources[1].name = harm;
  CHECK(sample::harmless(render_explanation(hostile, plain80)));
  hostile.variables.clear();
  CHECK(sample::harmless(render_explanation(hostile, plain80)));
}

TEST_CASE("whom Render may redeploy by itself is said once, and only of services whose links change") {
  const std::string said = "Render may redeploy ";
  auto plan = sample::mixed();
  for (const auto render : {render_plan, render_plan_brief}) {
    CHECK(render(plan, plain120).find(said + "toolboxai-monitoring itself") != std::string::npos);
    CHECK(render(sample::guide(), plain120).find(said + "these itself") != std::string::npos);
    CHECK(render(sample::empty(), plain120).find(said) == std::string::npos);
  }
  plan.services[0].auto_deploy = false;
  CHECK(render_plan(plan, plain120).find(said) == std::string::npos);
}

TEST_CASE("what the policy ignores is counted with its reason, and only so many are named") {
  auto plan = sample::mixed();
  const auto one = plan.ignored[0];
  plan.ignored.assign(25, one);
  const auto text = render_plan(plan, plain120);
  CHECK(text.find("25 findings ignored by the file's policy:") != std::string::npos);
  CHECK(text.find("the backend logs more than the others on purpose") != std::string::npos);
  CHECK(text.find("and 5 more") != std::string::npos);
}

TEST_CASE("colour adds nothing but colour") {
  for (const auto& plan : {sample::guide(), sample::mixed(), sample::refused(), sample::empty()}) {
    const auto coloured = render_plan(plan, colour80);
    CHECK(coloured.find('\x1b') != std::string::npos);
    CHECK(sample::without_colour(coloured) == render_plan(plan, plain80));
    CHECK(sample::without_colour(render_plan_brief(plan, colour80)) == render_plan_brief(plan, plain80));
  }
  CHECK(sample::without_colour(render_verification(sample::unverified(), sample::at(0), colour80, true)) ==
        render_verification(sample::unverified(), sample::at(0), plain80, true));
}

TEST_CASE("names out to do harm cannot reach the terminal") {
  const auto plan = sample::hostile(3);
  CHECK(sample::harmless(render_plan(plan, plain80)));
  CHECK(sample::harmless(render_plan(plan, ascii80)));
  CHECK(is_ascii(render_plan(plan, ascii80)));
  auto allowed = plan;
  for (auto& finding : allowed.findings) finding.severity = plan::Severity::warning;
  for (const auto& one : {plan, allowed}) {
    CHECK(sample::harmless(render_plan_brief(one, plain80)));
    CHECK(is_ascii(render_plan_brief(one, ascii80)));
  }
  plan::Verification verification;
  verification.owner = plan.owner;
  verification.steps[0] = {false, plan.owner.name, {plan.owner.name}};
  verification.services.push_back(
      {ServiceId(plan.owner.name), plan.owner.name, plan::Freshness::live, plan.owner.name});
  CHECK(sample::harmless(render_verification(verification, sample::at(0), plain80, true)));
}

TEST_CASE("text folds between words by columns, and an overlong word keeps a line") {
  const Style narrow{false, true, 24};
  CHECK(fold("日本語日本語 日本語日本語", 0, narrow) ==
        std::vector<std::string>{"日本語日本語", "日本語日本語"});
  CHECK(fold("a " + std::string(30, 'x') + " b", 4, narrow) ==
        std::vector<std::string>{"a", std::string(30, 'x'), "b"});
  CHECK(fold("", 4, narrow) == std::vector<std::string>{""});
  CHECK(fold("one two", 500, narrow) == std::vector<std::string>{"one two"});
}

TEST_CASE("text is cut by columns, with three dots where only ASCII may be used") {
  CHECK(cut("toolboxai-backend", 8, plain80) == "toolbox…");
  CHECK(cut("toolboxai-backend", 8, ascii80) == "toolb...");
  CHECK(cut("toolboxai", 2, ascii80) == "to");
  CHECK(cut("日本語", 5, plain80) == "日本…");
  CHECK(cut("日本語", 6, plain80) == "日本語");
  CHECK(cut("abc", 0, plain80).empty());
}

TEST_CASE("a name too long keeps its end, where it differs from its neighbours") {
  CHECK(cut_inside("toolboxai-celery-worker", 14, plain80) == "toolbo…-worker");
  CHECK(cut_inside("toolboxai-celery-worker", 14, ascii80) == "tool...-worker");
  CHECK(cut_inside("日本語日本語日本語", 12, plain80) == "日本…日本語");
  CHECK(cut_inside("toolboxai-celery-worker", 6, plain80) == "toolb…");
  CHECK(cut_inside("toolboxai", 9, plain80) == "toolboxai");
}

TEST_CASE("a clock shows hours only when there are any") {
  CHECK(clock_text(std::chrono::seconds(42)) == "0:42");
  CHECK(clock_text(std::chrono::seconds(3599)) == "59:59");
  CHECK(clock_text(std::chrono::seconds(3725)) == "1:02:05");
  CHECK(clock_text(std::chrono::seconds(-5)) == "0:00");
}

}  // namespace
}  // namespace envlink::view
