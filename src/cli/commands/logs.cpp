#include "run/logs.h"

#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"
#include "view/service_log.h"

namespace envlink::cli {

namespace {

struct LogsOptions : CommonOptions {
  std::string service;  // a name or an id
  std::string deploy;   // empty: the newest
};

std::vector<Parameter> parameters(LogsOptions& options) {
  return {{"SERVICE", "", &options.service, "Name or id of any service in the workspace", true},
          {"--deploy", "ID", &options.deploy, "Of this deploy (dep-…) instead of the newest"}};
}

Outcome run(const LogsOptions& options) {
  if (!options.deploy.empty() && !options.deploy.starts_with("dep-"))
    return end_with(usage_error("--deploy needs the id of a deploy", "It begins with dep-"));
  auto session = Session::open_reading(options);
  if (!session) return end_with(session.error());
  const auto read =
      run::read_log(session->context(), session->desired(), {options.service, DeployId(options.deploy)});
  if (!read) return end_with(read.error());
  const view::Style style = style_for(Stream::talk, options);
  if (!options.quiet) write(Stream::talk, view::render_log_heading(read->service, read->log, style));
  if (options.output == Output::json) {
    write(Stream::result, view::log_json(read->workspace, read->service, read->log));
  } else {
    for (const std::string& line : read->log.lines) write(Stream::result, line);
  }
  return Outcome::done;
}

}  // namespace

Command logs_command() {
  return {
      .name = "logs",
      .section = Section::look,
      .summary = "Show the log of a service's newest deploy, with values masked.",
      .help =

          R"(Shows the last 100 lines that Render has of the deploy. Every value of a variable or secret file that
Render holds now becomes •••: those of all groups of the workspace and the service's own. If one of them cannot
be read, or is known to have changed since the deploy began, nothing is shown. envlink cannot notice every such
change, so it asks first. Works for any service in the workspace, also without envlink.yaml. The journal keeps
no line.)",
      .examples = R"(  envlink logs my-backend
  envlink logs my-backend --deploy dep-… --yes
  envlink logs my-backend --yes -o json | jq -r '.lines[]')",
      .endings = endings_of_reading({{Outcome::error, "error, no such service or deploy, or not confirmed"},
                                     {Outcome::refused, "a value in the log could not be masked"}}),
      .common = {.asking = true, .file = true, .env_file = true, .output = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
