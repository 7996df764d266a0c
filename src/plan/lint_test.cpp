#include "plan/lint.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "plan/finding_cases_test.h"

using namespace envlink;
using namespace envlink::plan;
using namespace envlink::plan::sample;

namespace {

std::vector<Finding> of_kind(const Lint& lint, std::string_view id) {
  std::vector<Finding> found;
  std::ranges::copy_if(lint.findings, std::back_inserter(found),
                       [&](const Finding& one) { return one.id == id; });
  return found;
}

model::Group group(const std::string& name, std::vector<std::string> links,
                   std::vector<model::Variable> variables = {}) {
  model::Group one;
  one.id = GroupId("evg-" + name);
  one.name = name;
  for (std::string& link : links) one.links.emplace_back(std::move(link));
  one.variables = std::move(variables);
  return one;
}

model::Workspace with(std::vector<model::Group> groups) {
  model::Workspace actual = sample::workspace();
  actual.groups = std::move(groups);
  return actual;
}

/// db requires A; api requires nothing.
model::Desired asking() {
  model::Desired desired = sample::file();
  desired.services[0].require.push_back({word("A", 11)});
  return desired;
}

}  // namespace

TEST_CASE("a group without services is reported, also without a file") {
  const Lint lint = plan::lint({}, with({group("used", {"srv-db"}), group("alone", {})}));
  REQUIRE(lint.findings.size() == 1);
  CHECK(lint.findings[0].id == "group-unlinked");
  CHECK(lint.findings[0].subject == "group alone");
  CHECK(lint.passed());
  CHECK(lint.groups == 2);
  CHECK(lint.services == 3);
}

TEST_CASE("a group that the file wants linked is a note, without the advice to delete it") {
  const Lint lint = plan::lint(sample::file(), with({group("secrets", {})}));
  REQUIRE(lint.findings.size() == 1);
  CHECK(lint.findings[0].severity == Severity::note);
  CHECK(lint.findings[0].cure == "the file links it: run envlink apply");
}

TEST_CASE("a group linked only to unlisted services or previews is a leftover; one stale link is a note") {
  model::Workspace actual = with({group("gone", {"srv-x", "srv-y"}), group("preview", {"srv-pr", "srv-x"}),
                                  group("partly", {"srv-db", "srv-x"}), group("used", {"srv-db", "srv-pr"})});
  model::Service preview = sample::service("pr");
  preview.preview = true;
  actual.services.push_back(preview);
  const Lint lint = plan::lint({}, actual);
  CHECK(lint.services == 3);
  REQUIRE(lint.findings.size() == 3);
  CHECK(lint.findings[0].id == "group-leftover");
  CHECK(lint.findings[0].severity == Severity::warning);
  CHECK(lint.findings[0].what ==
        "its only links are to srv-x and srv-y, which Render does not list: deleted, or hidden from "
        "this key");
  CHECK(lint.findings[1].id == "group-leftover");
  CHECK(lint.findings[1].severity == Severity::note);
  CHECK(lint.findings[1].what == "it is linked only to the preview pr: nothing uses it once they are gone");
  CHECK(lint.findings[2].id == "link-dangling");
  CHECK(lint.findings[2].subject == "group partly");
}

TEST_CASE(
    "groups of one service with different values for a key are reported, whether the file names the service "
    "or not") {
  const model::Workspace actual = with({group("a", {"srv-db", "srv-web"}, {valued("K", 1), valued("L", 1)}),
                                        group("b", {"srv-db"}, {valued("K", 2), valued("L", 1)})});
  for (const model::Desired& desired : {model::Desired{}, sample::file()}) {
    const Lint lint = plan::lint(desired, actual);
    const auto different = of_kind(lint, "collision-different");
    REQUIRE(different.size() == 1);
    CHECK(different[0].subject == "service db");
    CHECK(different[0].variable == "K");
    CHECK(different[0].severity == Severity::warning);
    CHECK((different[0].place.line == 10) == !desired.services.empty());
    CHECK(of_kind(lint, "collision-equal").size() == 1);
  }
}

TEST_CASE("only groups are compared for the winner: a service's own variables are not read") {
  model::Workspace actual =
      with({group("a", {"srv-db"}, {valued("K", 1)}), group("b", {"srv-db"}, {valued("K", 2)})});
  actual.groups[0].created = now;
  actual.groups[1].created = now + std::chrono::hours(1);
  const auto different = of_kind(plan::lint({}, actual), "collision-different");
  REQUIRE(different.size() == 1);
  CHECK(different[0].what.find("among its groups, the value in b wins (today") != std::string::npos);
}

TEST_CASE("an unrequired variable is reported if every service that has it says what it requires") {
  const auto unrequired = [](const model::Desired& desired, const model::Workspace& actual) {
    return of_kind(plan::lint(desired, actual), "variables-unrequired");
  };
  const model::Workspace of_db = with({group("secrets", {"srv-db"}, {valued("A", 1), valued("B", 1)})});
  const auto found = unrequired(asking(), of_db);
  REQUIRE(found.size() == 1);
  CHECK(found[0].what == "no linked service requires 1 of its 2: B");
  CHECK(found[0].severity == Severity::note);
  CHECK(found[0].place.line == 1);
  CHECK(unrequired({}, of_db).empty());
  CHECK(unrequired(sample::file(), of_db).empty());
  const model::Workspace of_both = with({group("secrets", {"srv-db", "srv-api"}, {valued("B", 1)})});
  CHECK(unrequired(asking(), of_both).empty());
  model::Desired built = asking();
  built.build_time.push_back(word("B"));
  CHECK(unrequired(built, of_db).empty());
  model::Desired group_asks = asking();
  group_asks.groups[0].require.push_back({word("B")});
  CHECK(unrequired(group_asks, of_db).empty());
  model::Desired apart = asking();
  apart.services.erase(apart.services.begin());
  CHECK(unrequired(apart, of_db).empty());
}

TEST_CASE("a group that could not be read is reported with the reason") {
  model::Workspace actual = with({group("a", {"srv-db"}), group("b", {"srv-db"})});
  actual.groups[0].variables.reset();
  actual.groups[1].variables.reset();
  actual.unread.push_back(
      {.service = {}, .why = "could not read group a: Render answered 403", .group = GroupId("evg-a")});
  const auto found = of_kind(plan::lint({}, actual), "group-unread");
  REQUIRE(found.size() == 2);
  CHECK(found[0].what == "its variables are unknown: could not read group a: Render answered 403");
  CHECK(found[1].what == "its variables are unknown: Render's answer does not contain them");
}

TEST_CASE("the file's policy silences a finding, or makes it an error that ends the command with 2") {
  model::Desired desired = sample::file();
  desired.policy.push_back({.id = word("group-unlinked"),
                            .severity = {},
                            .subject = word("alone"),
                            .variable = {},
                            .reason = "for later"});
  const model::Workspace actual = with({group("alone", {}), group("other", {})});
  const Lint lint = plan::lint(desired, actual);
  REQUIRE(lint.findings.size() == 1);
  CHECK(lint.findings[0].subject == "group other");
  REQUIRE(lint.ignored.size() == 1);
  desired.policy[0].severity = Severity::error;
  CHECK_FALSE(plan::lint(desired, actual).passed());
}

TEST_CASE("every kind of finding of lint is raised by one of these cases") {
  model::Workspace actual =
      with({group("alone", {}), group("gone", {"srv-x"}), group("secrets", {"srv-db"}, {valued("B", 1)}),
            group("hidden", {"srv-db"})});
  actual.groups[3].variables.reset();
  std::set<std::string> raised;
  for (const Finding& finding : plan::lint(asking(), actual).findings) raised.insert(finding.id);
  for (const FindingKind& kind : finding_kinds()) {
    CAPTURE(std::string(kind.id));
    if (kind.command == "lint") CHECK(raised.contains(std::string(kind.id)));
  }
}
