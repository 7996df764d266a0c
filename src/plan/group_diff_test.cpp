#include "plan/group_diff.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "plan/finding_cases_test.h"

using namespace envlink;
using namespace envlink::plan;
using namespace envlink::plan::sample;

namespace {

model::Variable shaped(std::string key, unsigned char value,
                       const std::function<void(model::Facts&)>& change) {
  model::Variable one = valued(std::move(key), value);
  change(one.facts);
  return one;
}

model::ValueDigest digest(unsigned char value) {
  model::ValueDigest::Bytes bytes{};
  bytes[0] = value;
  return model::ValueDigest(bytes);
}

struct Two {
  model::Workspace actual = sample::workspace();

  Two(std::vector<model::Variable> a, std::vector<model::Variable> b) {
    actual.groups = {{}, {}};
    actual.groups[0].id = GroupId("evg-a");
    actual.groups[0].name = "staging";
    actual.groups[0].variables = std::move(a);
    actual.groups[1].id = GroupId("evg-b");
    actual.groups[1].name = "production";
    actual.groups[1].variables = std::move(b);
  }
  GroupDiff diff(const Expectations& expectations = {}, const model::Desired& file = {}) const {
    return compare_groups(file, {actual, actual.groups[0]}, {actual, actual.groups[1]}, expectations);
  }
};

GroupDiff diff_of(model::Variable a, model::Variable b, const Expectations& expectations = {}) {
  return Two({std::move(a)}, {std::move(b)}).diff(expectations);
}

const ComparedKey& only(const GroupDiff& diff) {
  REQUIRE(diff.keys.size() == 1);
  return diff.keys.front();
}

/// "error diff-equal, warning diff-missing"
std::string told(const GroupDiff& diff) {
  std::string text;
  for (const Finding& finding : diff.findings) {
    CHECK(finding.subject == "group staging");
    CHECK(finding.other == "group production");
    CHECK_FALSE(finding.cure.empty());
    text += (text.empty() ? "" : ", ") + std::string(to_string(finding.severity)) + " " + finding.id;
  }
  return text;
}

const auto as_url = [](model::Facts& facts) { facts.url = true; };
const auto as_number = [](model::Facts& facts) { facts.number = facts.json = true; };
const auto as_empty = [](model::Facts& facts) { facts.empty = true; };
const auto as_placeholder = [](model::Facts& facts) { facts.placeholder = true; };
const auto as_boolean = [](model::Facts& facts) { facts.boolean = facts.json = true; };
const auto as_bit = [](model::Facts& facts) { facts.boolean = facts.number = facts.json = true; };

}  // namespace

TEST_CASE("a key is equal, different, of another kind, or in one group only") {
  const GroupDiff diff = Two({valued("A", 1), valued("B", 1), shaped("C", 1, as_url), valued("D", 1)},
                             {valued("A", 1), valued("B", 2), shaped("C", 2, as_number), valued("E", 1)})
                             .diff();
  std::vector<KeyState> states;
  for (const ComparedKey& key : diff.keys) states.push_back(key.state);
  CHECK(states == std::vector{KeyState::equal, KeyState::different, KeyState::shape, KeyState::only_a,
                              KeyState::only_b});
  CHECK(told(diff) == "warning diff-shape, warning diff-missing, warning diff-missing");
  CHECK(diff.passed());
  CHECK(diff.findings[0].what ==
        "C is a URL in staging and a number in production; they are of different kinds");
}

TEST_CASE("a hidden, empty or placeholder value is never reported as equal") {
  model::Variable hidden{"A"};
  for (const auto& one : {hidden, shaped("A", 1, as_empty), shaped("A", 1, as_placeholder)}) {
    for (const auto& other : {one, valued("A", 1), valued("A", 2)}) {
      CHECK(only(diff_of(one, other)).state == KeyState::unknown);
      CHECK(only(diff_of(other, one)).state == KeyState::unknown);
      CHECK(told(diff_of(one, other, {.equal = {"A"}})) ==
            (&other != &one && one.facts.placeholder && other.fingerprint != one.fingerprint
                 ? "error diff-different"
                 : "error diff-unknown"));
    }
  }
}

TEST_CASE("a placeholder satisfies --differ, and a hidden or empty value does not") {
  CHECK(told(diff_of(shaped("A", 1, as_placeholder), valued("A", 2), {.differ = {"A"}})).empty());
  CHECK(told(diff_of(shaped("A", 1, as_placeholder), shaped("A", 1, as_placeholder), {.differ = {"A"}})) ==
        "error diff-unknown");
  CHECK(told(diff_of(model::Variable{"A"}, valued("A", 2), {.differ = {"A"}})) == "error diff-unknown");
  CHECK(told(diff_of(shaped("A", 1, as_empty), valued("A", 2), {.differ = {"A"}})) == "error diff-unknown");
}

TEST_CASE("0 and true are of the same kind, and so are 0 and 80") {
  CHECK(only(diff_of(shaped("A", 1, as_bit), shaped("A", 2, as_boolean))).state == KeyState::different);
  CHECK(only(diff_of(shaped("A", 1, as_bit), shaped("A", 2, as_number))).state == KeyState::different);
  CHECK(only(diff_of(shaped("A", 1, as_boolean), shaped("A", 2, as_number))).state == KeyState::shape);
}

TEST_CASE("a secret that both groups share is a warning, by its name or value, and a switch is not") {
  const auto equal = [](model::Variable one) { return told(diff_of(one, one)); };
  CHECK(equal(valued("STRIPE_KEY", 1)) == "warning diff-equal");
  CHECK(equal(valued("LOG_LEVEL", 1)).empty());
  CHECK(equal(shaped("DATABASE_URL", 1, [](auto& facts) { facts.url = facts.secret = true; })) ==
        "warning diff-equal");
  CHECK(equal(shaped("SHOW_PASSWORD", 1, as_boolean)).empty());
  CHECK(equal(shaped("PASSWORD", 1, as_number)).empty());
}

TEST_CASE("a key that contradicts a flag is an error") {
  const Two two({valued("A", 1), valued("B", 1), valued("C", 1)}, {valued("A", 1), valued("B", 2)});
  CHECK(told(two.diff({.differ = {"A"}})) == "error diff-equal, warning diff-missing");
  CHECK(told(two.diff({.equal = {"B"}})) == "error diff-different, warning diff-missing");
  CHECK(told(two.diff({.equal = {"C"}})) == "error diff-missing");
  CHECK(told(two.diff({.differ = {"C"}})) == "warning diff-missing");
  CHECK_FALSE(two.diff({.differ = {"A"}}).passed());
  CHECK(two.diff({.differ = {"B"}, .equal = {"A"}}).passed());
}

TEST_CASE("the longest pattern that matches a key counts, and an exact key beats a prefix") {
  const Two two({valued("STRIPE_API_VERSION", 1)}, {valued("STRIPE_API_VERSION", 1)});
  CHECK(told(two.diff({.differ = {"STRIPE_*"}, .equal = {"STRIPE_API_VERSION"}})).empty());
  CHECK(told(two.diff({.differ = {"STRIPE_API_*"}, .equal = {"STRIPE_*"}})) == "error diff-equal");
  CHECK(told(two.diff({.differ = {"*"}})) == "error diff-equal");
  CHECK(told(two.diff({.differ = {"STRIPE_API_VERSION"}, .equal = {"STRIPE_API_VERSION*"}})) ==
        "error diff-equal");
}

TEST_CASE("a flag that matches no key is reported: a key as an error, a prefix as a warning") {
  const Two two({valued("TOKEN", 1)}, {valued("TOKEN", 2)});
  const GroupDiff diff = two.diff({.differ = {"TOKN"}, .equal = {"FOO_*"}});
  CHECK(told(diff) == "error diff-unmatched, warning diff-unmatched");
  CHECK(diff.findings[0].cure == "did you mean TOKEN?");
}

TEST_CASE("secret files are compared by content, and a hidden one is unknown") {
  Two two({}, {});
  two.actual.groups[0].secret_files = {"a.txt", "b.txt", "c.txt", "server.key"};
  two.actual.groups[1].secret_files = {"a.txt", "b.txt", "c.txt", "server.key"};
  two.actual.groups[0].secret_file_digests = {
      {"a.txt", digest(1)}, {"b.txt", digest(1)}, {"server.key", digest(1)}};
  two.actual.groups[1].secret_file_digests = {
      {"a.txt", digest(1)}, {"b.txt", digest(2)}, {"c.txt", digest(1)}, {"server.key", digest(1)}};
  const GroupDiff diff = two.diff();
  REQUIRE(diff.keys.size() == 4);
  CHECK(diff.keys[0].key == "file:a.txt");
  CHECK(diff.keys[0].state == KeyState::equal);
  CHECK(diff.keys[1].state == KeyState::different);
  CHECK(diff.keys[2].state == KeyState::unknown);
  CHECK(told(diff) == "warning diff-equal");
}

TEST_CASE("the policy applies to either group, in any order, and ignored findings are counted") {
  const Two two({valued("TOKEN", 1)}, {valued("TOKEN", 1)});
  model::Desired file;
  file.policy.push_back({.id = word("diff-equal"),
                         .severity = {},
                         .subject = word("production"),
                         .variable = word("TOKEN"),
                         .reason = "one account"});
  const GroupDiff diff = two.diff({}, file);
  CHECK(diff.findings.empty());
  REQUIRE(diff.ignored.size() == 1);
  CHECK(diff.ignored[0].policy == "one account");
  file.policy[0].subject = word("other");
  CHECK(two.diff({}, file).findings.size() == 1);
  file.policy[0].subject.reset();
  file.policy[0].severity = Severity::error;
  CHECK_FALSE(two.diff({}, file).passed());
}

TEST_CASE("groups with the same name in two workspaces are distinguished by the workspace") {
  Two two({valued("A", 1)}, {});
  two.actual.groups[1].name = "staging";
  model::Workspace other = two.actual;
  other.owner.name = "sandbox";
  const GroupDiff diff = compare_groups({}, {two.actual, two.actual.groups[0]}, {other, other.groups[1]}, {});
  CHECK(diff.a.label == "staging of acme");
  CHECK(diff.b.label == "staging of sandbox");
  CHECK(diff.a.name == "staging");
}

TEST_CASE("every kind of finding of groups diff is raised by one of these cases") {
  const Two two(
      {valued("A", 1), valued("B", 1), valued("C", 1), shaped("D", 1, as_url), model::Variable{"E"}},
      {valued("A", 1), valued("B", 2), shaped("D", 2, as_number), valued("E", 1)});
  std::set<std::string> raised;
  for (const Finding& finding : two.diff({.differ = {"A", "E", "X"}, .equal = {"B"}}).findings)
    raised.insert(finding.id);
  for (const FindingKind& kind : finding_kinds()) {
    CAPTURE(std::string(kind.id));
    if (kind.command == "groups diff") CHECK(raised.contains(std::string(kind.id)));
  }
}
