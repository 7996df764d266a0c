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
  return {{"SERVICE", "", &options.service, "Name or id of any service in the workspace", true},
          {"KEY", "", &options.key, "One variable (default: all)"}};
}

/// Whether the service has the requested key, now or after apply. True if none was requested.
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

          R"(Shows for each variable of a service whether it is set on the service or comes from a linked group. If
several set the same key: which one wins, why, whether Render guarantees it, and whether the values are
equal. Values are never shown. Works for any service in the workspace, even without envlink.yaml.)",
      .examples = R"(  envlink explain my-backend
  envlink explain my-backend LOG_LEVEL
  envlink explain srv-d479opq4d50c73813bu0 -o json)",
      .endings = endings_of_reading({{Outcome::error, "error, no such service, or KEY is not set"}}),
      .common = {.file = true, .env_file = true, .output = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
