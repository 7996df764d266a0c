#include <fmt/format.h>

#include "base/text.h"
#include "engine/rollback.h"
#include "run/commands.h"
#include "run/execute.h"
#include "run/key_access.h"

namespace envlink::run {
namespace {

using model::Outcome;

/// Two rollbacks of one run would not know of each other's requests.
Result<void> no_rollback_under_way(const StoredRun& run) {
  if (run.plan.undoes == 0 || !run.unfinished()) return {};
  return fail({.kind = ErrorKind::held,
               .what = fmt::format("Run {} rolls back run {} and is unfinished; nothing was changed",
                                   run.number(), run.plan.undoes),
               .cure = next_commands(run)});
}

/// A later run was planned with the links of this run in place.
Result<void> no_later_run_under_way(const StoredRun& unfinished, std::int64_t number) {
  if (unfinished.plan.undoes != 0 || unfinished.number() <= number) return {};
  return fail({.kind = ErrorKind::held,
               .what = fmt::format("Run {} builds on run {} and is unfinished; nothing was changed",
                                   unfinished.number(), number),
               .cure = next_commands(unfinished)});
}

/// Of the workspace, or of the only one that has runs.
Result<std::int64_t> newest_run(const Store& store, const std::string& workspace) {
  const auto workspaces = workspaces_of_runs(store, workspace);
  if (!workspaces) return fail(workspaces.error());
  if (workspaces->empty()) {
    return fail({.what = workspace.empty() ? "There is no run to roll back"
                                           : fmt::format("There is no run of the workspace {} to roll back",
                                                         clean(workspace)),
                 .why = fmt::format("the {} has none", store.name()),
                 .cure = "Run envlink rollback on the machine where envlink apply ran; there, envlink runs "
                         "lists the runs"});
  }
  const auto runs = store.runs(workspaces->front(), 1);
  if (!runs) return fail(runs.error());
  if (workspaces->size() == 1) return runs->front().number;
  return fail({.what = "The last runs changed several workspaces, and none is named",
               .cure = fmt::format("Name the run: envlink rollback {}\nList the runs: envlink runs",
                                   runs->front().number)});
}

}  // namespace

Result<StoredRun> choose_for_rollback(const Store& store, std::int64_t number, const std::string& workspace) {
  if (number == 0) {
    const auto newest = newest_run(store, workspace);
    if (!newest) return fail(newest.error());
    number = *newest;
  }
  auto run = load_run(store, number);
  if (!run) return fail(run.error());
  if (const auto clear = no_rollback_under_way(*run); !clear) return fail(clear.error());
  if (run->plan.undoes != 0) {
    return fail(
        {.what = fmt::format("Run {} is itself a rollback, of run {}", number, run->plan.undoes),
         .cure = "To go forward again: envlink apply\nTo undo an earlier run, name it: envlink rollback N"});
  }
  if (run->summary.outcome == Outcome::rolled_back) {
    return fail({.what = fmt::format("Run {} was already rolled back", number),
                 .cure = "List the runs: envlink runs"});
  }
  return run;
}

Outcome roll_back(Context& context, const StoredRun& chosen, LockWait wait) {
  const auto taken = take_lock(context, chosen.plan.owner.id.text(), wait);
  if (!taken) return end_with(context, taken.error());
  const auto run = load_run(context.store, chosen.number());
  if (!run) return end_with(context, run.error());
  const auto unfinished = unfinished_run(context.store, run->plan.owner.id.text());
  if (!unfinished) return end_with(context, unfinished.error());
  if (*unfinished) {
    if (const auto clear = no_rollback_under_way(**unfinished); !clear)
      return end_with(context, clear.error());
    if (const auto clear = no_later_run_under_way(**unfinished, run->number()); !clear)
      return end_with(context, clear.error());
  }
  auto back = plan_rollback(context, run->number(), run->plan, run->progress);
  const Duration in_doubt = back && !back->plan.refused()
                                ? engine::may_still_come(run->plan, run->progress, back->plan, back->reading)
                                : Duration{0};
  if (in_doubt > Duration{0}) {
    const auto waited =
        pause(context, {in_doubt,
                        fmt::format("Not everything run {} did may be visible yet. Waiting {} to read again.",
                                    run->number(), format_duration(in_doubt)),
                        "waiting for the run's changes to show"});
    if (!waited) return end_with(context, waited.error());
    back = plan_rollback(context, run->number(), run->plan, run->progress);
  }
  if (!back) return end_with(context, not_readable(*run, back.error(), {"undo", "rollback"}));
  context.frontend.show_plan(back->plan);
  if (back->plan.refused()) {
    if (const auto off = engine::switched_off(run->plan, run->progress); !off.empty()) {
      context.frontend.report({.what = "Auto-deploy is still off: " + join_and(off),
                               .cure = "Switch it back on: envlink resume"});
    }
    return Outcome::refused;
  }
  if (back->plan.empty()) {
    const auto closed = context.store.end(run->number(), run->left_off(), Outcome::rolled_back);
    return closed ? Outcome::nothing_to_do : end_with(context, closed.error());
  }
  if (const auto agreed = context.frontend.confirm(Question::roll_back); !agreed)
    return end_with(context, agreed.error());
  auto writes = writes_of_rollback(context, back->plan);
  if (!writes) return end_with(context, writes.error());
  return execute_alone(context, back->plan, std::move(*writes));
}

Outcome change_links(Context& context, const plan::Plan& plan, LockWait wait) {
  context.frontend.show_plan(plan);
  const auto taken = take_lock(context, plan.owner.id.text(), wait);
  if (!taken) return end_with(context, taken.error());
  const auto unfinished = unfinished_run(context.store, plan.owner.id.text());
  if (!unfinished) return end_with(context, unfinished.error());
  if (*unfinished && !(*unfinished)->progress.restored()) {
    context.frontend.show_unfinished(**unfinished, "");
    return end_with(context, comes_first(**unfinished));
  }
  const bool add = plan.links.front().action == plan::LinkAction::add;
  if (const auto agreed = context.frontend.confirm(add ? Question::link : Question::unlink); !agreed)
    return end_with(context, agreed.error());
  return execute_alone(context, plan);
}

}  // namespace envlink::run
