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
  if (!session) return report(session.error());
  const auto actual = session->survey(session->desired(), {.only = options.service});
  if (!actual) return report(actual.error());
  const auto explanation = plan::explain(*actual, options.service, options.key, session->desired());
  if (!explanation) return report(explanation.error());
  put(Stream::result, options.output == Output::json
                          ? view::explanation_json(*explanation)
                          : view::render_explanation(*explanation, style_for(Stream::result, options)));
  return exit_codes::done;
}

}  // namespace envlink::cli
