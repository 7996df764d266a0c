#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/likeness.h"
#include "cli/output.h"
#include "cli/ready_plan.h"
#include "cli/rehearsal.h"
#include "cli/stored_run.h"
#include "engine/rollback.h"
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
  auto beginning = begin_planning(options);
  if (!beginning) return report(beginning.error());
  const Session& session = beginning->session;
  const auto wishes = read_wishes(options);
  if (!wishes) return wishes.error();
  const auto planned = plan_now(*beginning, options, true);
  if (!planned) return report(planned.error());
  const auto& [plan, actual] = *planned;
  if (!plan.refused()) {
    if (const auto expected = is_expected(*beginning, *planned, options); !expected)
      return report(expected.error());
  }
  view::Rehearsal told;
  told.plan = plan;
  // What apply would not begin is not played.
  const bool held = !plan.empty() && plan.blocking_dependency() != nullptr;
  told.exit_code = plan.refused() ? exit_codes::refused : held ? exit_codes::held : exit_codes::done;
  if (!plan.refused() && !held && !plan.empty()) {
    const auto likeness = likeness_of(actual, plan, session.budget(), *wishes);
    if (!likeness) {
      complain(likeness.error());
      return exit_code_of(likeness.error());
    }
    const bool made_earlier = beginning->file.has_value();
    const model::Desired wanted = made_earlier ? engine::desired_by(plan) : session.desired();
    told = play_through(wanted, plan, emulator::from_workspace(actual, likeness->value), made_earlier);
    told.assumptions = likeness->assumptions;
    for (const emulator::Fault& fault : likeness->value.faults)
      told.faults.push_back(emulator::written(fault));
  }
  show(told, options);
  tell_unfinished(actual.owner.id);
  return told.exit_code;
}

}  // namespace envlink::cli
