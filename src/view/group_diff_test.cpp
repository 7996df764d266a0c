#include "view/group_diff.h"

#include <doctest/doctest.h>

#include <string>

#include "view/lint.h"
#include "view/sample_test.h"

namespace envlink::view {
namespace {

const Style plain80{false, true, 80};
const Style ascii80{false, false, 80};

using plan::ComparedKey;
using plan::Expected;
using plan::KeyState;

plan::Finding finding(const std::string& id, plan::Severity severity, const std::string& key) {
  plan::Finding one = plan::make_finding(id, "group staging", key + " is what it is", "do this", {}, key);
  one.severity = severity;
  one.other = "group production";
  return one;
}

plan::GroupDiff sample_diff() {
  plan::GroupDiff diff{
      .a = {{OwnerId("tea-1"), "acme", "team"}, GroupId("evg-a"), "staging", "staging"},
      .b = {{OwnerId("tea-1"), "acme", "team"}, GroupId("evg-b"), "production", "production"}};
  diff.keys = {{"DATABASE_URL", KeyState::equal, plan::Look::url, plan::Look::url, Expected::nothing,
                "its value says that it is a secret"},
               {"FLAG", KeyState::equal, plan::Look::boolean, plan::Look::boolean},
               {"LOG_LEVEL", KeyState::different, plan::Look::text, plan::Look::text},
               {"NEW_ONE", KeyState::only_a, plan::Look::text, plan::Look::absent, Expected::nothing, "x"},
               {"PORT", KeyState::shape, plan::Look::number, plan::Look::url, Expected::nothing, "x"},
               {"STRIPE_SECRET_KEY", KeyState::equal, plan::Look::text, plan::Look::text, Expected::differ,
                "--differ forbids that"},
               {"TOKEN", KeyState::unknown, plan::Look::hidden, plan::Look::placeholder}};
  diff.findings = {finding("diff-equal", plan::Severity::error, "STRIPE_SECRET_KEY"),
                   finding("diff-equal", plan::Severity::warning, "DATABASE_URL"),
                   finding("diff-missing", plan::Severity::warning, "NEW_ONE"),
                   finding("diff-shape", plan::Severity::warning, "PORT"),
                   finding("diff-unmatched", plan::Severity::warning, "FOO_*")};
  diff.ignored = {finding("diff-equal", plan::Severity::warning, "SHARED_KEY")};
  diff.ignored.back().policy = "one account";
  return diff;
}

TEST_CASE("a comparison of two groups matches the golden text") {
  sample::check_golden("group_diff_80.txt", render_group_diff(sample_diff(), false, plain80));
  sample::check_golden("group_diff_all_ascii.txt", render_group_diff(sample_diff(), true, ascii80));
}

TEST_CASE("groups without findings take one line") {
  plan::GroupDiff diff = sample_diff();
  diff.findings.clear();
  diff.ignored.clear();
  diff.keys = {diff.keys[1]};
  CHECK(render_group_diff(diff, false, plain80) == "✓ 1 key: 1 equal.\n");
  diff.keys.clear();
  CHECK(render_group_diff(diff, true, plain80) == "✓ 0 keys.\n");
}

TEST_CASE("hostile names do no harm") {
  plan::GroupDiff diff = sample_diff();
  diff.a.label = "\x1b[31mstaging\n" + std::string(300, 'x');
  diff.keys[3].key = "\x1b]0;title\x07 " + std::string(300, 'K');
  const std::string text = render_group_diff(diff, true, plain80);
  CHECK(sample::harmless(text));
}

TEST_CASE("the output of lint matches the golden text") {
  plan::Lint lint{
      .owner = {OwnerId("tea-1"), "acme", "team"}, .file = "envlink.yaml", .groups = 12, .services = 9};
  CHECK(render_lint(lint, plain80) == "✓ Nothing was found in 12 groups and 9 services of workspace acme.\n");
  lint.findings = {
      plan::make_finding("group-unlinked", "group alone", "no service is linked to it", "link one"),
      plan::make_finding("variables-unrequired", "group used", "OLD is required by nobody", "take it out",
                         {3, 5}, "OLD")};
  lint.ignored = {finding("group-unlinked", plan::Severity::warning, "")};
  lint.ignored.back().policy = "for later";
  lint.file.clear();
  sample::check_golden("lint_80.txt", render_lint(lint, plain80));
}

}  // namespace
}  // namespace envlink::view
