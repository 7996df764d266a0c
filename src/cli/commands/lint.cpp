#include "view/lint.h"
#include "cli/command.h"
#include "cli/github.h"
#include "cli/output.h"
#include "cli/session.h"
#include "run/look.h"

namespace envlink::cli {

namespace {

Outcome run(const CommonOptions& options) {
  auto session = Session::open_reading(options);
  if (!session) return end_with(session.error());
  const auto lint = run::lint(session->context(), session->desired());
  if (!lint) return end_with(lint.error());
  write_found(options, view::lint_json, view::render_lint, *lint);
  github::tell(lint->found());
  return lint->passed() ? Outcome::done : Outcome::differences;
}

}  // namespace

Command lint_command() {
  return {
      .name = "lint",
      .section = Section::look,
      .summary = "Find unused, leftover and duplicate groups and variables.",
      .help =

          R"(Reads every group, one request each. Finds groups without services, groups and links that lead only to
previews or deleted services, and keys that a service gets from several groups. With envlink.yaml, also
reports variables that no service requires, and applies the policy in the file. Values are never shown.)",
      .examples = R"(  envlink lint
  envlink lint -o sarif   # for code scanning)",
      .endings = endings_of_reading(
          {{Outcome::done, "no error was found"},
           {Outcome::differences, "a finding is an error; only a policy in the file makes it one"}}),
      .common = {.file = true, .env_file = true, .output = true, .sarif = true, .messages = true},
      .action = make_action(run)};
}

}  // namespace envlink::cli
