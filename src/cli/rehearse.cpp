#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/likeness.h"
#include "cli/output.h"
#include "cli/rehearsal.h"
#include "cli/remembered.h"
#include "cli/session.h"
#include "cli/stored_run.h"
#include "plan/make_plan.h"
#include "view/run_account.h"

namespace envlink::cli {

namespace {

void show(const view::Rehearsal& told, const Options& options) {
  if (options.output == Output::jsonl) {
    put(Stream::result, view::rehearsal_stream(told, ENVLINK_VERSION));
    return;
  }
  put(Stream::result, options.output == Output::json
                          ? view::rehearsal_json(told)
                          : view::render_rehearsal(told, style_for(Stream::result, options), !options.quiet));
}

}  // namespace

int run_rehearse(const Options& options) {
  auto session = Session::open(options);
  if (!session) return report(session.error());
  const auto wishes = read_wishes(options);
  if (!wishes) return wishes.error();
  const auto actual = session->survey();
  if (!actual) return report(actual.error());
  plan::Extra extra = options.extra;
  extra.remembered = remembered_links(actual->owner.id);
  const plan::Plan plan = plan::make_plan(session->desired(), *actual, extra);
  view::Rehearsal told;
  told.plan = plan;
  told.exit_code = plan.refused() ? exit_codes::refused : exit_codes::done;
  if (!plan.refused() && !plan.empty()) {
    const auto likeness = likeness_of(*actual, plan, session->budget(), *wishes);
    if (!likeness) {
      complain(likeness.error());
      return exit_code_of(likeness.error());
    }
    told = play_through(session->desired(), plan, emulator::from_workspace(*actual, likeness->value));
    told.assumptions = likeness->assumptions;
    for (const emulator::Fault& fault : likeness->value.faults)
      told.faults.push_back(emulator::written(fault));
  }
  show(told, options);
  tell_unfinished(actual->owner.id);
  return told.exit_code;
}

}  // namespace envlink::cli
