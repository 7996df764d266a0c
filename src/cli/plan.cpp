#include "plan/make_plan.h"

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/remembered.h"
#include "cli/session.h"
#include "cli/stored_run.h"
#include "view/json.h"
#include "view/plan_text.h"

namespace envlink::cli {

int run_plan(const Options& options) {
  auto session = Session::open(options);
  if (!session) {
    put(Stream::talk, session.error().text);
    return session.error().exit_code;
  }
  const auto actual = session->survey();
  if (!actual) {
    complain(actual.error().error);
    return actual.error().exit_code();
  }
  plan::Extra extra = options.extra;
  extra.remembered = remembered_links(actual->owner.id);
  const plan::Plan made = plan::make_plan(session->desired(), *actual, extra);
  put(Stream::result, options.output == Output::json
                          ? view::plan_json(made)
                          : view::render_plan(made, style_for(Stream::result, options)));
  tell_unfinished(actual->owner.id);
  if (made.refused()) return exit_codes::refused;
  return options.detailed_exitcode && !made.empty() ? exit_codes::differences : exit_codes::done;
}

}  // namespace envlink::cli
