#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "run/commands.h"
#include "run/execute.h"

namespace envlink::run {
namespace {

using model::Outcome;

struct Planned {
  plan::Plan plan;
  std::vector<RunSummary> runs;  // the last ones when the workspace was read, newest first
};

/// Links that the next reading can settle, where they decide what is deployed.
std::vector<plan::History::Unsettled> unsettled_links(const Context& context, const ResolvedPlan& resolved) {
  auto links = context.history.unsettled(resolved.actual);
  std::erase_if(links, [&](const plan::History::Unsettled& link) {
    const auto& services = resolved.plan.services;
    const auto service = std::ranges::find(services, link.service, &plan::PlannedService::id);
    const auto group = std::ranges::find(resolved.plan.groups, link.group, &plan::PlannedGroup::id);
    if (service == services.end() || group == resolved.plan.groups.end()) return true;
    return link.what == plan::History::Unsettled::What::deploy && service->redeploy != plan::Reason::unknown;
  });
  return links;
}

/// A plan made in doubt may deploy for nothing, or what cannot be proved.
Result<ResolvedPlan> resolve_settled_plan(Context& context, const PlanSource& source) {
  auto resolved = resolve_plan(context, source);
  if (!resolved || source.file || resolved->plan.refused()) return resolved;
  const auto unsettled = unsettled_links(context, *resolved);
  if (unsettled.empty()) return resolved;
  const auto waited = wait_until_settled(context, resolved->actual, unsettled);
  if (!waited) return fail(waited.error());
  return resolve_plan(context, source);
}

/// The plan, shown. An outcome instead where there is none to carry out.
tl::expected<Planned, Outcome> make_plan(Context& context, const PlanSource& source) {
  auto runs = context.store.runs("", runs_looked_at);
  if (!runs) return tl::unexpected(end_with(context, runs.error()));
  auto resolved = resolve_settled_plan(context, source);
  if (!resolved) return tl::unexpected(end_with(context, resolved.error()));
  context.frontend.show_plan(resolved->plan);
  if (outcome_without_run(resolved->plan) == Outcome::refused) return tl::unexpected(Outcome::refused);
  if (const auto expected = check_expected(source, *resolved); !expected)
    return tl::unexpected(end_with(context, expected.error()));
  return Planned{std::move(resolved->plan), std::move(*runs)};
}

/// The lock is free again when another run has ended, but the plan was made before what that run did. Times
/// do not tell: a clock may have been set since.
Result<void> still_valid(const Store& store, const Planned& planned) {
  const std::string& workspace = planned.plan.owner.id.text();
  const auto now = store.runs(workspace, 1);
  if (!now) return fail(now.error());
  const auto before = std::ranges::find(planned.runs, workspace, &RunSummary::workspace);
  const bool same = now->empty() || (before != planned.runs.end() && before->number == now->front().number &&
                                     before->ended == now->front().ended);
  if (same) return {};
  return fail(
      {.kind = ErrorKind::held,
       .what = fmt::format("Run {} changed the workspace after this plan was made; nothing was written",
                           now->front().number),
       .cure = "Plan anew: envlink apply"});
}

/// --anew. All of them: a run whose rollback was interrupted is as open as that rollback.
Result<void> leave_as_they_stand(Store& store, const std::vector<std::int64_t>& runs, Time now) {
  for (const std::int64_t run : runs) {
    if (const auto ended = store.end(run, now, Outcome::interrupted); !ended) return ended;
  }
  return {};
}

/// An open run may have requests of which nobody knows what came of them: it goes first.
Result<void> nothing_unfinished(Context& context, const plan::Plan& plan, bool anew) {
  const std::string& workspace = plan.owner.id.text();
  const auto open = open_runs(context.store, workspace);
  if (!open) return fail(open.error());
  // Their plans are not read: an envlink that does not know them gets past them as well.
  if (anew) return leave_as_they_stand(context.store, *open, context.clock.now());
  const auto run = unfinished_run(context.store, workspace);
  if (!run) {
    Error error = run.error();
    if (!open->empty()) error.kind = ErrorKind::held;
    return fail(std::move(error));
  }
  if (!*run) return {};
  context.frontend.show_unfinished(**run, "");
  // The newest run may have ended without a verdict while the one that it rolls back is open.
  if (open->empty()) {
    if (plan.blocking_dependency() == nullptr) context.frontend.say("  This plan takes up what it left.");
    return {};
  }
  return fail({.kind = ErrorKind::held,
               .what = fmt::format("Run {} comes first; nothing was written", (*run)->number()),
               .cure = next_commands(**run) + "\nLeave it as it stands: envlink apply --anew"});
}

/// The rollout waits for what it deploys itself. What came before it must be over, or the order would not
/// hold.
Result<void> order_holds(const plan::Plan& plan, bool anew) {
  if (anew || outcome_without_run(plan) != Outcome::held) return {};
  const plan::Finding* finding = plan.blocking_dependency();
  return fail({.kind = ErrorKind::held,
               .what = fmt::format("A deploy of {} comes first; nothing was written", finding->subject),
               .why = finding->what,
               .cure = "Wait until it is live, then: envlink apply\n"
                       "Where a run of envlink asked for it, go on with that: envlink resume\n"
                       "Do not wait for it: envlink apply --anew"});
}

}  // namespace

std::optional<Outcome> outcome_without_run(const plan::Plan& plan) {
  if (plan.refused()) return Outcome::refused;
  if (plan.empty()) return Outcome::nothing_to_do;
  if (plan.blocking_dependency() != nullptr) return Outcome::held;
  return std::nullopt;
}

Outcome apply(Context& context, const PlanSource& source, const ApplyOptions& options) {
  auto planned = make_plan(context, source);
  if (!planned) return planned.error();
  const OwnerId workspace = planned->plan.owner.id;
  if (outcome_without_run(planned->plan) == Outcome::nothing_to_do) {
    tell_unfinished(context, workspace);
    return Outcome::nothing_to_do;
  }
  // What it deployed would be unknown again.
  if (context.values.lost) {
    context.frontend.say("Nothing was written.");
    return Outcome::error;
  }
  // Before the question: a run that ends while it stands open would make the plan above it stale.
  const auto taken = take_lock(context, workspace.text(), options.lock_wait);
  if (!taken) return end_with(context, taken.error());
  if (taken->waited) {
    context.frontend.say("The other run has ended. This is what is left to do:");
    planned = make_plan(context, source);
    if (!planned) return planned.error();
    if (outcome_without_run(planned->plan) == Outcome::nothing_to_do) return Outcome::nothing_to_do;
  }
  if (const auto valid = still_valid(context.store, *planned); !valid)
    return end_with(context, valid.error());
  if (const auto clear = nothing_unfinished(context, planned->plan, options.anew); !clear)
    return end_with(context, clear.error());
  if (const auto ordered = order_holds(planned->plan, options.anew); !ordered)
    return end_with(context, ordered.error());
  if (const auto agreed = context.frontend.confirm(Question::apply); !agreed)
    return end_with(context, agreed.error());
  return execute_plan(context, *taken->lock, planned->plan, source.wanted(planned->plan));
}

}  // namespace envlink::run
