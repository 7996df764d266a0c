#include "plan/status.h"

#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"
#include "run/commands.h"
#include "view/json.h"
#include "view/workspace_text.h"

namespace envlink::cli {

namespace {

Outcome run(const CommonOptions& options) {
  auto session = Session::open(options);
  if (!session) return end_with(session.error());
  const auto actual = session->read(session->desired());
  if (!actual) return end_with(actual.error());
  const plan::Status status = plan::status_of(session->desired(), *actual, session->context().history);
  write_result(options, view::status_json, view::render_status, status);
  run::tell_unfinished(session->context(), actual->owner.id);
  return status.stale() ? Outcome::differences : Outcome::done;
}

}  // namespace

Command status_command() {
  return {.name = "status",
          .section = Section::look,
          .summary = "Show for each service and group whether what runs carries it.",
          .help = R"(A service a line, a group a column:
  live       the running deploy began after the group last changed, as far as the API tells
  stale      it began before: the service runs with older values
  staged     the file links the group, and it is not linked yet
  deploying  a deploy is under way
  unknown    nothing tells
Nothing is written.)",
          .examples = R"(  envlink status
  envlink status -o json | jq '.services[] | select(.freshness == "stale")')",
          .endings = endings_of_reading({{Outcome::done, "nothing is stale"},
                                         {Outcome::differences, "something is stale or not linked"}}),
          .common = {.file = true, .env_file = true, .output = true, .messages = true},
          .action = make_action(run)};
}

}  // namespace envlink::cli
