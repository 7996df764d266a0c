#include <fmt/format.h>

#include <optional>
#include <vector>

#include "cli/carry_out.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/github.h"
#include "cli/output.h"
#include "cli/ready_plan.h"
#include "cli/session.h"
#include "cli/stored_run.h"
#include "view/plan_text.h"

namespace envlink::cli {

namespace {

void show(const plan::Plan& plan, const Options& options) {
  const bool question = !plan.empty() && !options.yes;
  if (!options.quiet || question || plan.refused()) {
    // A plan that is refused is what people look for: it stays unfolded.
    std::optional<github::Group> group;
    if (!plan.refused()) group.emplace("Plan");
    put(Stream::talk, view::render_plan(plan, style_for(Stream::talk, options)));
  }
  github::tell(plan);
}

struct Planned {
  plan::Plan plan;
  Time looked_at{};
};

/// The plan, shown; unset where there is none to carry out and `code` says how the command ends.
std::optional<Planned> make(Beginning& beginning, Answer& answer, const Options& options, int& code) {
  const Time looked_at = beginning.session.clock().now();
  auto now = plan_now(beginning, options);
  if (!now) {
    code = answer.report(now.error());
    return std::nullopt;
  }
  show(now->plan, options);
  code = now->plan.refused() ? exit_codes::refused : exit_codes::done;
  if (now->plan.refused()) return std::nullopt;
  if (const auto expected = is_expected(beginning, *now, options); !expected) {
    code = answer.report(expected.error());
    return std::nullopt;
  }
  return Planned{std::move(now->plan), looked_at};
}

/// The lock is free again when another run has ended, but the plan was made before what that run did.
Result<void> still_valid(const journal::Journal& journal, const Planned& planned) {
  const auto runs = journal.runs(planned.plan.owner.id.text(), 1);
  if (!runs) return fail(runs.error());
  if (runs->empty() || runs->front().ended.value_or(runs->front().began) < planned.looked_at) return {};
  return fail(
      {.kind = ErrorKind::held,
       .what = fmt::format("Run {} changed the workspace after this plan was made; nothing was written",
                           runs->front().number),
       .cure = "Plan anew: envlink apply"});
}

/// --anew. All of them: a run whose rollback was broken off is as open as that rollback.
Result<void> leave_as_they_stand(Desk& desk, const std::vector<std::int64_t>& runs, Time now) {
  for (const std::int64_t run : runs) {
    if (const auto ended = desk.journal.end(run, now, exit_codes::interrupted); !ended) return ended;
  }
  return {};
}

/// A run that was broken off may have requests of which nobody knows what came of them: it goes first.
Result<void> nothing_unfinished(Desk& desk, const plan::Plan& plan, Time now, const Options& options) {
  const OwnerId& workspace = plan.owner.id;
  const auto open = broken_off_runs(desk.journal, workspace.text());
  if (!open) return fail(open.error());
  // Their plans are not read: an envlink that does not know them gets past them as well.
  if (options.anew) return leave_as_they_stand(desk, *open, now);
  const auto run = unfinished_run(desk.journal, workspace.text());
  if (!run) {
    Error error = run.error();
    if (!open->empty()) error.kind = ErrorKind::held;
    return fail(std::move(error));
  }
  if (!*run) return {};
  if (!(*run)->broken_off()) {
    const bool goes_on = plan.blocking_dependency() == nullptr;
    put(Stream::talk, folded(account_of(**run) + (goes_on ? "\n  This plan takes up what it left." : "")));
    return {};
  }
  put(Stream::talk, folded(account_of(**run)));
  return fail({.kind = ErrorKind::held,
               .what = fmt::format("Run {} comes first; nothing was written", (*run)->number()),
               .cure = ways_out(**run) + "\nLeave it as it stands: envlink apply --anew"});
}

/// The rollout waits for what it deploys itself. What came before it must be over, or the order would not
/// hold.
Result<void> order_holds(const plan::Plan& plan, const Options& options) {
  const plan::Finding* finding = plan.blocking_dependency();
  if (finding == nullptr || options.anew) return {};
  return fail({.kind = ErrorKind::held,
               .what = fmt::format("A deploy of {} comes first; nothing was written", finding->subject),
               .why = finding->what,
               .cure = "Wait until it is live, then: envlink apply\n"
                       "Where a run of envlink asked for it, go on with that: envlink resume\n"
                       "Do not wait for it: envlink apply --anew"});
}

int apply(Answer& answer, const Options& options) {
  auto beginning = begin_planning(options);
  if (!beginning) return answer.report(beginning.error());
  Session& session = beginning->session;
  int code = exit_codes::done;
  std::optional<Planned> planned = make(*beginning, answer, options, code);
  if (!planned) return code;
  const OwnerId workspace = planned->plan.owner.id;
  if (planned->plan.empty()) {
    tell_unfinished(workspace);
    return code;
  }
  // Before the question: a run that ends while it stands open would make the plan above it stale.
  auto desk = sit_down(workspace.text(), session.clock(), options);
  if (!desk) return answer.report(desk.error());
  if (desk->waited) {
    put(Stream::talk, "The other run has ended. This is what is left to do:");
    planned = make(*beginning, answer, options, code);
    if (!planned || planned->plan.empty()) return code;
  }
  if (const auto valid = still_valid(desk->journal, *planned); !valid) return answer.report(valid.error());
  const auto clear = nothing_unfinished(*desk, planned->plan, session.clock().now(), options);
  if (!clear) return answer.report(clear.error());
  if (const auto ordered = order_holds(planned->plan, options); !ordered)
    return answer.report(ordered.error());
  if (!answer.may_write("Apply?", code)) return code;
  return carry_out(session, *desk, planned->plan, answer, options);
}

}  // namespace

int run_apply(const Options& options) {
  Answer answer("apply", options);
  return answer.end(apply(answer, options));
}

}  // namespace envlink::cli
