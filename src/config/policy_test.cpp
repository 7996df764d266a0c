#include "config/file.h"

#include <doctest/doctest.h>

#include <string>

#include "yaml/told_problems_test.h"

namespace envlink::config {
namespace {

std::string problems_of(const std::string& text) {
  return told_problems(parse_file(text, "envlink.yaml"));
}

TEST_CASE("a policy is read correctly") {
  const auto desired = parse_file(
      "version: 1\ngroups: {g: {id: evg-1}}\npolicy:\n"
      "  - {id: collision-different, severity: ignore, subject: g, variable: LOG_LEVEL, reason: meant so}\n"
      "  - {id: variable-empty, severity: error, subject: evg-1, reason: never empty, x-ticket: 5}\n",
      "f");
  REQUIRE(desired);
  REQUIRE(desired->policy.size() == 2);
  CHECK(desired->policy[0].id == SourceString{"collision-different", {4, 10}});
  CHECK(desired->policy[0].severity == std::nullopt);
  CHECK(desired->policy[0].subject->text == "g");
  CHECK(desired->policy[0].variable->text == "LOG_LEVEL");
  CHECK(desired->policy[0].reason == "meant so");
  CHECK(desired->policy[1].severity == model::Severity::error);
}

TEST_CASE("a finding that no plan reports may be about a group that the file does not name") {
  const auto problems = [](const std::string& id) {
    return problems_of("version: 1\ngroups: {g: }\npolicy: [{id: " + id +
                       ", severity: ignore, reason: r, subject: other}]\n");
  };
  CHECK(problems("group-unlinked").empty());
  CHECK(problems("diff-equal").empty());
  CHECK_FALSE(problems("collision-equal").empty());
}

TEST_CASE("a mistake in a policy is reported with its place and its cure") {
  const auto policy = [](const std::string& rule) {
    return problems_of("version: 1\ngroups: {g: }\npolicy: [" + rule + "]\n");
  };
  CHECK(policy("{id: colision-diferent, severity: note, reason: r}") ==
        "3:15 `id` is `colision-diferent`, which is not a finding | did you mean `collision-different`?");
  CHECK(policy("{id: moved-on, severity: note, reason: r}") ==
        "3:15 a policy cannot change `moved-on`: no plan of this file reports it | remove this policy; "
        "docs/findings.md lists the findings that a policy can change");
  CHECK(policy("{id: group-missing, severity: ignore, reason: r}") ==
        "3:15 a policy cannot change `group-missing`: it prevents unintended writes | remove this policy, "
        "and fix what the finding reports");
  CHECK(policy("{id: group-scope, severity: ignore}") ==
        "3:10 an entry of `policy` lacks `reason` | each needs `id`, `severity` and `reason`");
  CHECK(policy("{id: group-scope, severity: off, reason: r}")
            .find("`severity` must be one of error, warning, note, ignore") != std::string::npos);
  CHECK(policy("{id: group-scope, severity: note, reason: r, subject: gg}") ==
        "3:64 `subject` is `gg`, which is not a group or a service of this file | did you mean `g`?");
  CHECK(policy("{id: group-scope, severity: note, reason: r, subjct: g}") ==
        "3:55 unknown key `subjct` | did you mean `subject`?");
  CHECK(problems_of("version: 1\npolicy: {id: x}\n") ==
        "2:9 `policy` must be a list, found a mapping | write `- id: …`");
}

}  // namespace
}  // namespace envlink::config
