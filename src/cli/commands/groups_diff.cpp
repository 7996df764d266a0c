#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/command.h"
#include "cli/github.h"
#include "cli/output.h"
#include "cli/session.h"
#include "run/look.h"
#include "view/group_diff.h"

namespace envlink::cli {

namespace {

struct DiffOptions : CommonOptions {
  std::string a;  // names or ids
  std::string b;
  std::string other_workspace;
  std::vector<std::string> differ;
  std::vector<std::string> equal;
};

Parameter group_argument(std::string_view name, std::string& target, std::string_view does) {
  return {
      .names = name,
      .value = "GROUP",
      .target = &target,
      .does = does,
      .required = true,
      .wrong = usage_error("Name two groups to compare",
                           "Example: envlink groups diff my-staging my-production (flags come after them)")};
}

std::vector<Parameter> parameters(DiffOptions& options) {
  return {group_argument("A", options.a, "First group, by name or id"),
          group_argument("B", options.b, "Second group"),
          {"--other-workspace", "NAME", &options.other_workspace, "Workspace of B, by name or id"},
          {"--differ", "KEY", &options.differ, "Keys whose values must differ; or PREFIX_*"},
          {"--equal", "KEY", &options.equal, "Keys whose values must be equal; or PREFIX_*"}};
}

Result<void> check(const DiffOptions& options) {
  for (const auto* patterns : {&options.differ, &options.equal}) {
    for (const std::string& pattern : *patterns) {
      if (!pattern.empty() && pattern.find('*') >= pattern.size() - 1) continue;
      return fail(usage_error(fmt::format("\"{}\" is not a key", clean(pattern)),
                              "Use KEY, PREFIX_* or file:NAME; a * is only allowed at the end."));
    }
  }
  const auto twice = std::ranges::find_first_of(options.differ, options.equal);
  if (twice == options.differ.end()) return {};
  return fail(usage_error(fmt::format("{} cannot both differ and be equal", clean(*twice)),
                          "Remove it from --differ or --equal."));
}

Outcome run(const DiffOptions& options) {
  if (const auto sound = check(options); !sound) return end_with(sound.error());
  auto session = Session::open_reading(options);
  if (!session) return end_with(session.error());
  const auto diff = run::diff_groups(session->context(), session->desired(),
                                     {.a = options.a,
                                      .b = options.b,
                                      .other_workspace = options.other_workspace,
                                      .expectations = {options.differ, options.equal}});
  if (!diff) return end_with(diff.error());
  const auto as_text = [&](const plan::GroupDiff& it, const view::Style& style) {
    return view::render_group_diff(it, options.verbose, style);
  };
  write_found(options, view::group_diff_json, as_text, *diff);
  github::tell(diff->found());
  return diff->passed() ? Outcome::done : Outcome::differences;
}

}  // namespace

Command groups_diff_command() {
  return {
      .name = "groups diff",
      .section = Section::groups,
      .summary = "Compare two groups, without showing values.",
      .help =

          R"(Compares variables and secret files by digest, one key per line; equal keys are shown only with -v. --differ and --equal
name keys that must differ or be equal. For all other keys, diff warns about a secret that is equal in both groups, a key
that only one group has, and values of different kinds. What is hidden, empty or a placeholder never counts
as equal.)",
      .examples = R"(  envlink groups diff my-staging my-production
  envlink groups diff my-staging my-production --differ "STRIPE_*"
  envlink groups diff my-secrets my-secrets --other-workspace my-staging-team
  envlink groups diff my-staging my-production -o sarif   # for code scanning)",
      .endings = endings_of_reading(
          {{Outcome::done, "no error was found"},
           {Outcome::differences, "an error was found"},
           {Outcome::refused,
            "a group or the workspace was not found or is ambiguous, or A and B are the same group"}}),
      .common = {.file = true, .env_file = true, .output = true, .sarif = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
