#include "plan/explain.h"

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/session.h"
#include "view/explain_text.h"
#include "view/json.h"

namespace envlink::cli {

int run_explain(const Options& options) {
  auto session = Session::open_reading(options);
  if (!session) {
    put(Stream::talk, session.error().text);
    return session.error().exit_code;
  }
  const auto actual = session->survey(session->desired(), {.only = options.service});
  if (!actual) {
    complain(actual.error().error);
    return actual.error().exit_code();
  }
  const auto explanation = plan::explain(*actual, options.service, options.key);
  if (!explanation) {
    complain(explanation.error());
    return exit_code_of(explanation.error());
  }
  put(Stream::result, options.output == Output::json
                          ? view::explanation_json(*explanation)
                          : view::render_explanation(*explanation, style_for(Stream::result, options)));
  return exit_codes::done;
}

}  // namespace envlink::cli
