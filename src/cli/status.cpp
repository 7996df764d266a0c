#include "plan/status.h"

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/remembered.h"
#include "cli/session.h"
#include "cli/stored_run.h"
#include "view/json.h"
#include "view/status_text.h"

namespace envlink::cli {

Outcome run_status(const Options& options) {
  auto session = Session::open(options);
  if (!session) return end_with(session.error());
  const auto actual = session->survey(session->desired());
  if (!actual) return end_with(actual.error());
  const plan::Status status =
      plan::status_of(session->desired(), *actual, remembered_links(actual->owner.id));
  write(Stream::result, options.output == Output::json
                            ? view::status_json(status)
                            : view::render_status(status, style_for(Stream::result, options)));
  tell_unfinished(actual->owner.id);
  return status.stale() ? Outcome::differences : Outcome::done;
}

}  // namespace envlink::cli
