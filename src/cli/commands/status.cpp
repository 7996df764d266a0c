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
  return {{"--all", "", &options.all, "Every service with each of its groups, not only what is not live"},
          {"--why", "", &options.why, "Also what each word rests on, and who changed what is not live"}};
}

Outcome run(const StatusOptions& options) {
  auto session = Session::open(options);
  if (!session) return end_with(session.error());
  const auto status = run::status(session->context(), session->desired(), options.why);
  if (!status) return end_with(status.error());
  const auto rows = options.all ? view::StatusRows::all : view::StatusRows::not_live;
  write(Stream::result, options.output == Output::json
                            ? view::status_json(*status)
                            : view::render_status(*status, style_for(Stream::result, options), rows));
  run::tell_unfinished(session->context(), status->owner.id);
  return status->stale() ? Outcome::differences : Outcome::done;
}

}  // namespace

Command status_command() {
  return {.name = "status",
          .section = Section::look,
          .summary = "Show which services run with outdated links or values.",
          .help = R"(Lists the services that are not live; with --all, a service a line and a group a column:
  live       the running deploy is known to carry the link and the values of now
  adopted    the same, because init took it as running
  stale      it is known to be older than the link or than one of the values
  staged     the file links the group, and it is not linked yet
  deploying  a deploy is under way
  unknown    nothing tells
With --why, what each word rests on, and, where Render offers an audit log, who changed the groups of
what is stale or unknown. Nothing is written.)",
          .examples = R"(  envlink status
  envlink status --why
  envlink status -o json | jq '.services[] | select(.freshness == "stale")')",
          .endings = endings_of_reading({{Outcome::done, "nothing is known to be stale"},
                                         {Outcome::differences, "something is stale or not linked"}}),
          .common = {.file = true, .env_file = true, .output = true, .messages = true},
          .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
