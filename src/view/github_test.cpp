#include "view/github.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "view/sample_test.h"

namespace envlink::view::github {
namespace {

using engine::ServiceOutcome;
using engine::ServicePhase;

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST_CASE("each failed service is an error with its reason and cure") {
  const auto plan = sample::guide();
  CHECK(outcome_annotations(plan, sample::halted(plan)) ==
        "::error title=toolboxai-backend%3A build failed::exit code 1%0A→ read its log: "
        "https://dashboard.render.com/ → toolboxai-backend → Deploys → dep-d47pi5ripnbc73d2bjhg\n");
  CHECK(outcome_annotations(plan, sample::half_way(plan)).empty());
}

TEST_CASE("findings are shown at their place in the file, without notes") {
  CHECK(finding_annotations(sample::refused().found()) ==
        "::error title=group toolboxai-secretz (group-missing),file=envlink.yaml,line=7,col=3::The workspace "
        "has no such environment group.%0A→ Did you mean toolboxai-secrets? The workspace's groups: envlink "
        "groups list.\n"
        "::error title=service toolboxai-mcp (variable-missing),file=envlink.yaml,line=41,col=15::No linked "
        "group has MCP_SERVER_TOKEN.%0A→ Add it to toolboxai-secrets.\n");
  const auto mixed = finding_annotations(sample::mixed().found());
  CHECK(mixed.starts_with("::warning title=group toolboxai-secrets (placeholder),file=deploy/envlink.yaml,"));
  CHECK(lines_in(mixed) == 1);
}

TEST_CASE("a name cannot end a property, begin a command or add a line") {
  CHECK(annotation(
            {.title = "a,file=x::b\r\n::set-output name=y::z%", .message = "m%0A\n::error::x ##[group]"}) ==
        "::error title=a%2Cfile=x%3A%3Ab%0D%0A%3A%3Aset-output name=y%3A%3Az%25::m%250A%0A::error::x "
        "## [group]\n");
  CHECK(group("a\n::error::b") == "::group::a%0A::error::b\n");
}

TEST_CASE("a log line that looks like a command becomes text") {
  CHECK(defused("::error::x") == ": :error::x");
  CHECK(defused("ok\n  ::add-mask::x\r\t::stop\n") == "ok\n  : :add-mask::x\r\t: :stop\n");
  CHECK(defused("\u00a0::error::x") == "\u00a0: :error::x");  // the runner treats this as white space
  CHECK(defused("a ::error::x") == "a ::error::x");
  CHECK(defused("a ##[error]x ##[group]") == "a ## [error]x ## [group]");
  CHECK(defused(":::::") == ": ::::");
  CHECK(defused("").empty());
}

TEST_CASE("as many failures are annotated as GitHub shows, and the rest is counted") {
  const auto plan = sample::hostile(30);
  auto progress = sample::untouched(plan);
  for (auto& service : progress.services) {
    service.phase = ServicePhase::ended;
    service.outcome = ServiceOutcome::failed;
    service.reason = plan.owner.name;
  }
  const auto text = outcome_annotations(plan, progress);
  CHECK(lines_in(text) == 10);
  CHECK(text.find("::error title=21 more services failed::") != std::string::npos);
  CHECK(sample::harmless(text));
}

TEST_CASE("a summary of a run has a row for each service with its result") {
  const auto plan = sample::guide();
  sample::check_golden("github_halted.md", run_summary(plan, sample::halted(plan)));
  sample::check_golden("github_plan.md", plan_summary(sample::mixed()));
  sample::check_golden("github_refused.md", plan_summary(sample::refused()));
  sample::check_golden("github_verification.md", verification_summary(sample::unverified()));
}

TEST_CASE("foreign text in a summary cannot create a cell, tag, link or image") {
  auto plan = sample::guide();
  plan.services[1].name = "a|b<img src=x>`c`[d](https://e)*f*_g_\\|~h~&amp;#1@i!";
  auto progress = sample::halted(plan);
  progress.services[1].told_reason = "| x |\n| y |";
  for (const auto& text : {run_summary(plan, progress), plan_summary(plan)}) {
    for (const auto* harm : {"<img", "a|b", "`c`", "[d]", "://", "*f*", "_g_", "\\|", "~h", "&amp;", "@i"}) {
      CHECK_MESSAGE(text.find(harm) == std::string::npos, harm);
    }
    std::size_t bars = 0;
    const auto line = text.substr(text.find("a&#124;b"));
    for (const char c : line.substr(0, line.find('\n'))) bars += c == '|' ? 1 : 0;
    CHECK(bars == (text.find("Result") != std::string::npos ? 5 : 4));
  }
}

TEST_CASE("a summary of a thousand services keeps the failures and stays small") {
  const auto plan = sample::hostile(1000);
  auto progress = sample::untouched(plan);
  progress.services[999].phase = ServicePhase::ended;
  progress.services[999].outcome = ServiceOutcome::failed;
  const auto text = run_summary(plan, progress);
  CHECK(text.find("✗ 999a") != std::string::npos);
  CHECK(text.find("\n… and 800 more\n") != std::string::npos);
  CHECK(text.size() < 200'000);
  CHECK(sample::harmless(text));
}

}  // namespace
}  // namespace envlink::view::github
