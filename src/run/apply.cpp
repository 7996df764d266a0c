#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "engine/attribution.h"
#include "plan/next_reading.h"
#include "plan/only.h"
#include "run/commands.h"
#include "run/execute.h"
#include "run/history.h"

namespace envlink::run {
namespace {

using model::Outcome;

/// What the plan does with each service.
plan::Verdicts work_by(const Context& context, const PlanSource& source, bool anew,
                       const model::Workspace& actual, const plan::History& history) {
  const auto made = plan_by(context, source, actual, history);
  if (!made && !source.file) return {};
  const plan::Plan& plan = made ? *made : source.file->plan;
  // The plan no longer holds, or is not the expected one.
  std::string_view stopped = to_string(Outcome::held);
  if (made && check_expected(source, plan)) {
    const auto outcome = outcome_without_run(plan).value_or(Outcome::done);
    const bool refused = outcome == Outcome::refused || (outcome == Outcome::held && !anew);
    stopped = refused ? to_string(outcome) : "";
  }
  plan::Verdicts work;
  for (const plan::PlannedService& service : plan.services) {
    std::string_view does = "stays";
    if (service.redeploys()) does = service.rebuild ? "is built and deployed" : "is deployed";
    work[service.id] = stopped.empty() ? does : stopped;
  }
  if (!stopped.empty()) return work;
  for (const plan::LinkChange& link : plan.links)
    work[plan.services[link.service].id] += fmt::format(", {} {}", word(link.action), link.group.text());
  return work;
}

/// A plan made in doubt may deploy for nothing, or deploy what cannot be proved. If the next reading may lead
/// to another plan, this waits for it.
Result<ResolvedPlan> settled_plan(Context& context, const PlanSource& source, bool anew) {
  using Unsettled = plan::History::Unsettled;
  for (int waits = 0;; ++waits) {
    auto actual = read_for_plan(context, source);
    if (!actual) return fail(actual.error());
    auto plan = plan_by(context, source, *actual, context.history);
    std::vector<Unsettled> open;
    if (waits < most_waits) {
      open = plan::deciding_links(*actual, context.history, [&](const auto& reading, const auto& history) {
        return work_by(context, source, anew, reading, history);
      });
    }
    if (open.empty()) {
      if (!plan) return fail(plan.error());
      return ResolvedPlan{std::move(*plan), std::move(*actual)};
    }
    if (const auto waited = pause(context, until_settled(*actual, open)); !waited)
      return fail(waited.error());
  }
}

/// Shows the plan. If there is none to carry out, returns an outcome instead.
tl::expected<ResolvedPlan, Outcome> make_plan(Context& context, const PlanSource& source,
                                              const ApplyOptions& options) {
  auto planned = settled_plan(context, source, options.anew);
  if (!planned) return tl::unexpected(end_with(context, planned.error()));
  // The missing digest key was already reported: nothing could be compared.
  if (context.values.lost && !source.values.empty()) {
    context.frontend.say("Nothing was changed.");
    return tl::unexpected(Outcome::error);
  }
  context.frontend.show_plan(planned->plan);
  if (outcome_without_run(planned->plan) == Outcome::refused) return tl::unexpected(Outcome::refused);
  if (const auto expected = check_expected(source, planned->plan); !expected)
    return tl::unexpected(end_with(context, expected.error()));
  if (const auto pruned = check_pruned(source, planned->plan, options.prune); !pruned)
    return tl::unexpected(end_with(context, pruned.error()));
  return std::move(*planned);
}

/// Fails if another run has written since the plan was made, although the lock is free again.
Result<void> still_valid(const Context& context, const PlanSource& source, const plan::Plan& plan) {
  const auto now = context.store.event_counts(plan.owner.id.text());
  if (!now) return fail(now.error());
  if (!overtaken(context, *now)) return {};
  return fail({.kind = ErrorKind::held,
               .what = "Another run changed the workspace after this plan was made; nothing was changed now",
               .cure = source.consumers_alone ? "Run the same command again."
                                              : "Plan again: envlink apply" + plan::only_flags(plan)});
}

/// Nobody restores the automatic deploys that an abandoned run switched off: says which.
void tell_left_off(Context& context, const StoredRun& run) {
  const std::vector<std::string> off = engine::switched_off(run.plan, run.progress);
  if (off.empty()) return;
  context.frontend.report(
      {.what = fmt::format("Run {} left auto-deploy off: {}", run.number(), join_and(off)),
       .cure = "Switch it back on in each service's settings in the Dashboard; the earlier setting is in "
               "brackets."});
}

/// For --anew: ends every open run. After an interrupted rollback, that and the run that it undoes are open.
Result<void> leave_as_they_stand(Context& context, const std::string& workspace,
                                 const std::vector<std::int64_t>& runs) {
  const auto newest = unfinished_run(context.store, workspace);
  if (newest && *newest && !(*newest)->open()) tell_left_off(context, **newest);
  for (const std::int64_t run : runs) {
    if (const auto ended = context.store.end(run, context.clock.now(), Outcome::interrupted); !ended)
      return ended;
    // A run that this envlink cannot read is ended too.
    if (const auto left = load_run(context.store, run)) tell_left_off(context, *left);
  }
  return {};
}

/// The same if nothing else is to be done.
Outcome only_leave_as_they_stand(Context& context, const OwnerId& workspace, LockWait wait) {
  const auto open = open_runs(context.store, workspace.text());
  if (!open) return end_with(context, open.error());
  if (open->empty()) return Outcome::nothing_to_do;
  const auto taken = take_lock(context, workspace.text(), wait);
  if (!taken) return end_with(context, taken.error());
  if (const auto left = leave_as_they_stand(context, workspace.text(), *open); !left)
    return end_with(context, left.error());
  return Outcome::nothing_to_do;
}

/// For a plan with nothing to do. A success would hide that a run has left automatic deploys off.
Outcome nothing_left(Context& context, const OwnerId& workspace) {
  const auto run = tell_unfinished(context, workspace);
  return run && !run->progress.restored() ? Outcome::held : Outcome::nothing_to_do;
}

/// An abandoned run may have requested a group with this name. Until that request can no longer take effect
/// and would show, reading the groups does not prove that there is none.
Result<void> no_request_for(Context& context, const plan::NewGroup& group,
                            const std::vector<std::int64_t>& runs) {
  for (const std::int64_t number : runs) {
    const auto run = load_run(context.store, number);
    if (!run || !run->plan.new_group || run->plan.new_group->name != group.name) continue;
    if (!run->progress.made.empty() || run->progress.group->unheard == 0) continue;
    const Time shows_by = run->events.back().at + engine::latest_arrival + engine::list_lag;
    if (context.clock.now() >= shows_by) continue;
    return fail({.kind = ErrorKind::held,
                 .what = fmt::format("Run {} asked Render to create a group called {}; nothing was changed",
                                     number, clean(group.name)),
                 .why = "it is not known yet whether it was created",
                 .cure = fmt::format("Try again in {}, or finish that run: envlink resume",
                                     format_duration(std::chrono::ceil<std::chrono::seconds>(
                                         shows_by - context.clock.now())))});
  }
  return {};
}

/// An open run may have requests with unknown results: it must be finished first.
Result<void> nothing_unfinished(Context& context, const PlanSource& source, const plan::Plan& plan,
                                bool anew) {
  const std::string& workspace = plan.owner.id.text();
  const auto open = open_runs(context.store, workspace);
  if (!open) return fail(open.error());
  if (anew && plan.new_group) {
    if (const auto settled = no_request_for(context, *plan.new_group, *open); !settled) return settled;
  }
  // Their plans are not read, so that --anew also works for plans that this envlink does not understand.
  if (anew) return leave_as_they_stand(context, workspace, *open);
  const auto run = unfinished_run(context.store, workspace);
  if (!run) {
    Error error = run.error();
    if (!open->empty()) error.kind = ErrorKind::held;
    return fail(std::move(error));
  }
  if (!*run) return {};
  context.frontend.show_unfinished(**run, "");
  if (!source.consumers_alone && !blocks_apply(context.store, **run)) {
    if (plan.blocking_dependency() == nullptr)
      context.frontend.say(plan.only ? "  This plan includes what it left undone for these services only."
                                     : "  This plan includes what it left undone.");
    return {};
  }
  return fail(comes_first(
      **run, source.consumers_alone ? "\nIgnore it: add --anew" : "\nIgnore it: envlink apply --anew"));
}

/// The rollout waits only for its own deploys. Earlier deploys must have ended, or the order would not hold.
Result<void> order_holds(const plan::Plan& plan, bool anew) {
  if (anew || outcome_without_run(plan) != Outcome::held) return {};
  const plan::Finding* finding = plan.blocking_dependency();
  return fail({.kind = ErrorKind::held,
               .what = fmt::format("A deploy of {} is in progress and must finish first; nothing was changed",
                                   finding->subject),
               .why = finding->what,
               .cure = fmt::format("Wait until it is live, then: envlink apply{0}\n"
                                   "If envlink started it, finish that run: envlink resume\n"
                                   "Or do not wait: envlink apply --anew{0}",
                                   plan::only_flags(plan))});
}

/// Prior values are kept sealed for a limited time. A saved plan has no `undo.keep`, so applying one drops
/// nothing.
void drop_old_undo(Context& context, const PlanSource& source, const OwnerId& workspace) {
  if (source.file) return;
  const Time now = context.clock.now();
  const auto dropped = context.store.drop_undo({.workspace = workspace.text(),
                                                .ended_before = now - source.desired.undo_keep,
                                                .others_ended_before = now - model::longest_undo_keep});
  if (!dropped) context.frontend.report(dropped.error());
}

}  // namespace

std::optional<Outcome> outcome_without_run(const plan::Plan& plan) {
  if (plan.refused()) return Outcome::refused;
  if (plan.empty()) return Outcome::nothing_to_do;
  if (plan.blocking_dependency() != nullptr) return Outcome::held;
  return std::nullopt;
}

Outcome apply(Context& context, const PlanSource& source, const ApplyOptions& options) {
  auto planned = make_plan(context, source, options);
  if (!planned) return planned.error();
  const OwnerId workspace = planned->plan.owner.id;
  if (outcome_without_run(planned->plan) == Outcome::nothing_to_do) {
    if (options.anew) return only_leave_as_they_stand(context, workspace, options.lock_wait);
    return nothing_left(context, workspace);
  }
  // Without the digest key, what the run deploys would be unknown again.
  if (context.values.lost) {
    context.frontend.say("Nothing was changed.");
    return Outcome::error;
  }
  // Before the question: a run that ends while the question is open would make the plan above it stale.
  const auto taken = take_lock(context, workspace.text(), options.lock_wait);
  if (!taken) return end_with(context, taken.error());
  if (taken->waited()) {
    context.frontend.say("The other run has ended. Left to do:");
    planned = make_plan(context, source, options);
    if (!planned) return planned.error();
    if (outcome_without_run(planned->plan) == Outcome::nothing_to_do)
      return options.anew ? Outcome::nothing_to_do : nothing_left(context, workspace);
  }
  if (const auto valid = still_valid(context, source, planned->plan); !valid)
    return end_with(context, valid.error());
  if (const auto clear = nothing_unfinished(context, source, planned->plan, options.anew); !clear)
    return end_with(context, clear.error());
  if (const auto ordered = order_holds(planned->plan, options.anew); !ordered)
    return end_with(context, ordered.error());
  if (const auto agreed = context.frontend.confirm(Question::apply); !agreed)
    return end_with(context, agreed.error());
  drop_old_undo(context, source, workspace);
  return execute_plan(context, planned->plan, source.wanted(planned->plan),
                      writes_for(context, source, *planned));
}

}  // namespace envlink::run
