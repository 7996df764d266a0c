#include "plan/explain.h"

#include <algorithm>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"
#include "view/json.h"
#include "view/workspace_text.h"

namespace envlink::cli {

namespace {

struct ExplainOptions : CommonOptions {
  std::string service;  // a name or an id
  std::string key;      // of a variable; empty: all
};

std::vector<Parameter> parameters(ExplainOptions& options) {
  return {{"SERVICE", "", &options.service, "Its name or id; any service of the workspace", true},
          {"KEY", "", &options.key, "One variable; all unless given"}};
}

/// The one key that was asked for, if there was one, now or once the file is applied.
bool reaches_it(const plan::Explanation& explanation) {
  if (explanation.asked.empty() || !explanation.variables.empty()) return true;
  return explanation.after && std::ranges::any_of(explanation.after->variables, [](const auto& variable) {
           return !variable.sources.empty();
         });
}

Outcome run(const ExplainOptions& options) {
  auto session = Session::open_reading(options);
  if (!session) return end_with(session.error());
  const auto actual = session->read(session->desired(), {.single_service = options.service});
  if (!actual) return end_with(actual.error());
  const auto explanation = plan::explain(*actual, options.service, options.key, session->desired());
  if (!explanation) return end_with(explanation.error());
  write_result(options, view::explanation_json, view::render_explanation, *explanation);
  return reaches_it(*explanation) ? Outcome::done : Outcome::error;
}

}  // namespace

Command explain_command() {
  return {
      .name = "explain",
      .section = Section::look,
      .summary = "Show where the variables of a service come from.",
      .help =
          R"(Tells of each variable of a service whether it is the service's own or comes from a linked group. Where
several hold the same key: which wins, by which rule, whether Render guarantees it, and whether the values
are the same. No value is shown. Works for every service of the workspace, also without envlink.yaml.)",
      .examples = R"(  envlink explain my-backend
  envlink explain my-backend LOG_LEVEL
  envlink explain srv-d479opq4d50c73813bu0 -o json)",
      .endings =
          endings_of_reading({{Outcome::error, "error, no such service, or KEY reaches it from nowhere"}}),
      .common = {.file = true, .env_file = true, .output = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
