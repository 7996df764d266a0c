#include "plan/explain.h"

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/session.h"
#include "view/explain_text.h"
#include "view/json.h"

namespace envlink::cli {

Outcome run_explain(const Options& options) {
  auto session = Session::open_reading(options);
  if (!session) return end_with(session.error());
  const auto actual = session->survey(session->desired(), {.only = options.service});
  if (!actual) return end_with(actual.error());
  const auto explanation = plan::explain(*actual, options.service, options.key, session->desired());
  if (!explanation) return end_with(explanation.error());
  write(Stream::result, options.output == Output::json
                            ? view::explanation_json(*explanation)
                            : view::render_explanation(*explanation, style_for(Stream::result, options)));
  return Outcome::done;
}

}  // namespace envlink::cli
