#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"
#include "run/commands.h"
#include "view/json.h"
#include "view/status_text.h"

namespace envlink::cli {

namespace {

struct StatusOptions : CommonOptions {
  bool all = false;
  bool why = false;
};

std::vector<Parameter> parameters(StatusOptions& options) {
  return {{"--all", "", &options.all, "List every service and its groups"},
          {"--why", "", &options.why, "Also show the evidence, and who changed a group"}};
}

Outcome run(const StatusOptions& options) {
  auto session = Session::open(options);
  if (!session) return end_with(session.error());
  const auto status = run::status(session->context(), session->desired(), options.why);
  if (!status) return end_with(status.error());
  const auto rows = options.all ? view::StatusRows::all : view::StatusRows::not_live;
  write(Stream::result, options.output == Output::json
                            ? view::status_json(*status)
                            : view::render_status(*status, session->context().clock.now(),
                                                  style_for(Stream::result, options), rows));
  run::tell_unfinished(session->context(), status->owner.id);
  return status->stale() ? Outcome::differences : Outcome::done;
}

}  // namespace

Command status_command() {
  return {.name = "status",
          .section = Section::look,
          .summary = "Show which services run with outdated links or values.",
          .help =
              R"(Lists the services that are not live; --all lists every service and its groups.
  live       runs with the current link and values
  adopted    assumed up to date since envlink init recorded it
  stale      runs with older values, or without the link
  staged     not linked yet, though the file links it
  deploying  a deploy is in progress
  unknown    cannot be proved either way
--why shows the evidence for each state and, if your Render plan has an audit log, who changed a group.)",
          .examples = R"(  envlink status
  envlink status --why
  envlink status -o json | jq '.services[] | select(.freshness == "stale")')",
          .endings = endings_of_reading({{Outcome::done, "nothing is stale or staged"},
                                         {Outcome::differences, "something is stale or staged"}}),
          .common = {.file = true, .env_file = true, .output = true, .messages = true},
          .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
