#include <fmt/format.h>

#include <optional>
#include <vector>

#include "cli/carry_out.h"
#include "cli/command.h"
#include "cli/github.h"
#include "cli/output.h"
#include "cli/ready_plan.h"
#include "cli/session.h"
#include "cli/stored_run.h"
#include "engine/rollback.h"
#include "plan/under_way.h"
#include "view/plan_text.h"

namespace envlink::cli {

namespace {

struct ApplyOptions : PlanSource {
  bool anew = false;  // leave an unfinished run as it stands
};

std::vector<Parameter> parameters(ApplyOptions& options) {
  return {redeploy_flag(options),
          plan_argument(options, "Carry out this plan, written by plan --out, and no other"),
          {"--anew", "", &options.anew, "Leave a run that was broken off as it stands, and plan anew"},
          expect_hash_flag(options)};
}

void show(const plan::Plan& plan, const ApplyOptions& options) {
  const bool question = !plan.empty() && !options.yes;
  if (!options.quiet || question || plan.refused()) {
    // A plan that is refused is what people look for: it stays unfolded.
    std::optional<github::Group> group;
    if (!plan.refused()) group.emplace("Plan");
    write(Stream::talk, view::render_plan(plan, style_for(Stream::talk, options)));
  }
  github::tell(plan);
}

struct Planned {
  plan::Plan plan;
  Time looked_at{};
};

/// The plan, shown. Where there is none to carry out, how the command ends.
tl::expected<Planned, Outcome> make(Beginning& beginning, Answer& answer, const ApplyOptions& options) {
  const Time looked_at = beginning.session.clock().now();
  auto now = plan_now(beginning, options);
  if (!now) return tl::unexpected(answer.end_with(now.error()));
  show(now->plan, options);
  if (now->plan.refused()) return tl::unexpected(Outcome::refused);
  const auto expected = is_expected(beginning, *now, options);
  if (!expected) return tl::unexpected(answer.end_with(expected.error()));
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
    if (const auto ended = desk.journal.end(run, now, model::exit_code(Outcome::interrupted)); !ended)
      return ended;
  }
  return {};
}

/// A run that was broken off may have requests of which nobody knows what came of them: it goes first.
Result<void> nothing_unfinished(Desk& desk, const plan::Plan& plan, Time now, const ApplyOptions& options) {
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
    const bool goes_on = plan::order_in_question(plan) == nullptr;
    write(Stream::talk, wrap(account_of(**run) + (goes_on ? "\n  This plan takes up what it left." : "")));
    return {};
  }
  write(Stream::talk, wrap(account_of(**run)));
  return fail({.kind = ErrorKind::held,
               .what = fmt::format("Run {} comes first; nothing was written", (*run)->number()),
               .cure = ways_out(**run) + "\nLeave it as it stands: envlink apply --anew"});
}

/// The rollout waits for what it deploys itself. What came before it must be over, or the order would not
/// hold.
Result<void> order_holds(const plan::Plan& plan, const ApplyOptions& options) {
  const plan::Finding* finding = plan::order_in_question(plan);
  if (finding == nullptr || options.anew) return {};
  return fail({.kind = ErrorKind::held,
               .what = fmt::format("A deploy of {} comes first; nothing was written", finding->subject),
               .why = finding->what,
               .cure = "Wait until it is live, then: envlink apply\n"
                       "Where a run of envlink asked for it, go on with that: envlink resume\n"
                       "Do not wait for it: envlink apply --anew"});
}

Outcome apply(Answer& answer, const ApplyOptions& options) {
  auto beginning = begin_planning(options);
  if (!beginning) return answer.end_with(beginning.error());
  Session& session = beginning->session;
  auto planned = make(*beginning, answer, options);
  if (!planned) return planned.error();
  const OwnerId workspace = planned->plan.owner.id;
  if (planned->plan.empty()) {
    tell_unfinished(workspace);
    return Outcome::nothing_to_do;
  }
  // Before the question: a run that ends while it stands open would make the plan above it stale.
  auto desk = sit_down(workspace.text(), session.clock(), options);
  if (!desk) return answer.end_with(desk.error());
  if (desk->waited) {
    write(Stream::talk, "The other run has ended. This is what is left to do:");
    planned = make(*beginning, answer, options);
    if (!planned) return planned.error();
    if (planned->plan.empty()) return Outcome::nothing_to_do;
  }
  if (const auto valid = still_valid(desk->journal, *planned); !valid) return answer.end_with(valid.error());
  const auto clear = nothing_unfinished(*desk, planned->plan, session.clock().now(), options);
  if (!clear) return answer.end_with(clear.error());
  if (const auto ordered = order_holds(planned->plan, options); !ordered)
    return answer.end_with(ordered.error());
  if (const auto allowed = may_write("Apply?", options); !allowed) return answer.end_with(allowed.error());
  // Without the file that it was made from, a plan alone says what must hold in the end.
  const model::Desired wanted = beginning->file ? engine::desired_by(planned->plan) : session.desired();
  return carry_out(session, *desk, planned->plan, wanted, answer, options);
}

Outcome run(const ApplyOptions& options) {
  if (const auto good = check(options, "apply"); !good) return end_with(good.error());
  Answer answer("apply", options);
  return answer.end(apply(answer, options));
}

}  // namespace

Command apply_command() {
  return {
      .name = "apply",
      .section = Section::plan_and_apply,
      .summary = "Link, prove, deploy, watch and verify.",
      .help =
          R"(Shows the plan, asks, links what is missing and reads each link back, redeploys in dependency order,
watches until the services are live, and verifies. Where there is no terminal, --yes is needed.
Ctrl-C stops starting things; press it twice to leave at once. What runs on Render runs on, and
envlink resume goes on with it. After a run that was broken off, apply says so and writes nothing.)",
      .examples = R"(  envlink apply
  envlink apply --yes
  envlink apply --yes --redeploy my-backend my-worker
  envlink apply plan.json        # that plan and no other; refused when the workspace has moved since)",
      .endings = {{Outcome::done, "done or nothing to do"},
                  {Outcome::error},
                  {Outcome::authentication},
                  {Outcome::refused, "refused: nothing was written"},
                  {Outcome::deploy_failed, "a deploy failed"},
                  {Outcome::rolled_back, "a deploy failed and all was rolled back"},
                  {Outcome::timed_out, "still running when the timeout came"},
                  {Outcome::held, "another run holds the lock or was broken off, or the plan is stale"},
                  {Outcome::usage},
                  {Outcome::interrupted}},
      .common =
          {.writing = true, .file = true, .env_file = true, .output = true, .stream = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
