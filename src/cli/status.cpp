#include "plan/status.h"

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/remembered.h"
#include "cli/session.h"
#include "cli/stored_run.h"
#include "view/json.h"
#include "view/status_text.h"

namespace envlink::cli {

int run_status(const Options& options) {
  auto session = Session::open(options);
  if (!session) return report(session.error());
  const auto actual = session->survey(session->desired());
  if (!actual) return report(actual.error());
  const plan::Status status =
      plan::status_of(session->desired(), *actual, remembered_links(actual->owner.id));
  put(Stream::result, options.output == Output::json
                          ? view::status_json(status)
                          : view::render_status(status, style_for(Stream::result, options)));
  tell_unfinished(actual->owner.id);
  return status.stale() ? exit_codes::differences : exit_codes::done;
}

}  // namespace envlink::cli
