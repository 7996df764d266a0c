#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/github.h"
#include "cli/output.h"
#include "cli/ready_plan.h"
#include "cli/stored_run.h"
#include "cli/write_file.h"
#include "plan/plan_file.h"
#include "view/json.h"
#include "view/plan_text.h"
#include "view/sarif.h"

namespace envlink::cli {

namespace {

std::string as_text(const plan::Plan& plan, const std::string& sha256, const Options& options) {
  std::string text = view::render_plan(plan, style_for(Stream::result, options));
  if (!sha256.empty() && (!plan.empty() || !options.plan_out.empty())) text += "SHA-256 " + sha256 + "\n";
  return text;
}

bool write_out(const plan::PlanText& file, const Options& options) {
  const std::string name = clean(options.plan_out);
  if (file.text.empty()) {
    put(Stream::talk, fmt::format("The plan is refused, so {} was not written.", name));
    return true;
  }
  if (const auto written = write_file(options.plan_out, file.text); !written) {
    complain(written.error());
    return false;
  }
  if (!options.quiet) {
    put(Stream::talk,
        fmt::format("Wrote {}. To carry out that plan and no other: envlink apply {}", name, name));
  }
  return true;
}

}  // namespace

int run_plan(const Options& options) {
  auto beginning = begin_planning(options);
  if (!beginning) return report(beginning.error());
  const auto planned = plan_now(*beginning, options);
  if (!planned) return report(planned.error());
  const plan::Plan& made = planned->plan;
  // A plan that is refused is none to carry out: it has no hash and is not written.
  const plan::PlanText file = made.refused()
                                  ? plan::PlanText{}
                                  : plan::plan_file_text(made, plan::snapshot_of(made, planned->actual));
  put(Stream::result, options.output == Output::json
                          ? view::plan_json(made, {file.sha256, beginning->session.reads()})
                          : as_text(made, file.sha256, options));
  github::tell(made);
  tell_unfinished(made.owner.id);
  // Also of a plan that is refused: its findings say why.
  if (!options.sarif.empty()) {
    const auto written = write_file(options.sarif, view::sarif_json(made, ENVLINK_VERSION));
    if (!written) return report(written.error());
  }
  if (!options.plan_out.empty() && !write_out(file, options)) return exit_codes::error;
  if (made.refused()) return exit_codes::refused;
  return options.detailed_exitcode && !made.empty() ? exit_codes::differences : exit_codes::done;
}

}  // namespace envlink::cli
