#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/likeness.h"
#include "cli/output.h"
#include "cli/ready_plan.h"
#include "cli/rehearsal.h"
#include "cli/stored_run.h"

namespace envlink::cli {

namespace {

void show(const view::Rehearsal& told, const Options& options) {
  put(Stream::result, options.output == Output::json
                          ? view::rehearsal_json(told)
                          : view::render_rehearsal(told, style_for(Stream::result, options), !options.quiet));
}

}  // namespace

int run_rehearse(const Options& options) {
  auto beginning = begin_planning(options);
  if (!beginning) return beginning.error();
  const Session& session = beginning->session;
  const auto wishes = read_wishes(options);
  if (!wishes) return wishes.error();
  const auto planned = plan_now(*beginning, options);
  if (!planned) return planned.error();
  const auto& [plan, actual] = *planned;
  view::Rehearsal told;
  told.plan = plan;
  told.exit_code = plan.refused() ? exit_codes::refused : exit_codes::done;
  if (!plan.refused() && !plan.empty()) {
    const auto likeness = likeness_of(actual, plan, session.budget(), *wishes);
    if (!likeness) {
      complain(likeness.error());
      return exit_code_of(likeness.error());
    }
    told = play_through(session.desired(), plan, emulator::from_workspace(actual, likeness->value));
    told.assumptions = likeness->assumptions;
    for (const emulator::Fault& fault : likeness->value.faults)
      told.faults.push_back(emulator::written(fault));
  }
  show(told, options);
  tell_unfinished(actual.owner.id);
  return told.exit_code;
}

}  // namespace envlink::cli
