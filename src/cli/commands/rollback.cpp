#include <fmt/format.h>

#include "cli/carry_out.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/stored_run.h"
#include "engine/rollback.h"
#include "view/plan_text.h"

namespace envlink::cli {

namespace {

struct RollbackOptions : CommonOptions {
  std::int64_t run = 0;
};

std::vector<Parameter> parameters(RollbackOptions& options) {
  return {run_argument(options.run)};
}

/// Two rollbacks of one run would not know of each other's requests.
Result<void> no_rollback_under_way(const StoredRun& run) {
  if (run.plan.undoes == 0 || !(run.broken_off() || run.progress.unfinished())) return {};
  return fail({.kind = ErrorKind::held,
               .what = fmt::format("Run {} rolls back run {} and is unfinished; nothing was written",
                                   run.number(), run.plan.undoes),
               .cure = ways_out(run)});
}

Result<StoredRun> choose(const journal::Journal& journal, std::int64_t number) {
  if (number == 0) {
    const auto runs = journal.runs("", 1);
    if (!runs) return fail(runs.error());
    if (runs->empty())
      return fail(
          {.what = "There is no run to roll back",
           .why = "the journal of this machine has none",
           .cure = "Roll back on the machine where envlink apply ran: envlink runs lists them there"});
    number = runs->front().number;
  }
  auto run = load_run(journal, number);
  if (!run) return fail(run.error());
  if (const auto clear = no_rollback_under_way(*run); !clear) return fail(clear.error());
  if (run->plan.undoes != 0) {
    return fail({.what = fmt::format("Run {} is itself the rollback of run {}", number, run->plan.undoes),
                 .cure = "What the file asks for is done by: envlink apply"});
  }
  if (run->summary.exit_code == model::exit_code(Outcome::rolled_back)) {
    return fail({.what = fmt::format("Run {} is rolled back already", number),
                 .cure = "To see the runs: envlink runs"});
  }
  return run;
}

Outcome roll_back(Answer& answer, const RollbackOptions& options) {
  auto journal = open_journal();
  if (!journal) return answer.end_with(journal.error());
  const auto chosen = choose(*journal, options.run);
  if (!chosen) return answer.end_with(chosen.error());
  auto session = Session::open_beside(chosen->plan.file, options);
  if (!session) return answer.end_with(session.error());
  auto desk = sit_down(chosen->plan.owner.id.text(), session->clock(), options);
  if (!desk) return answer.end_with(desk.error());
  const auto run = load_run(desk->journal, chosen->number());
  if (!run) return answer.end_with(run.error());
  const auto unfinished = unfinished_run(desk->journal, run->plan.owner.id.text());
  if (!unfinished) return answer.end_with(unfinished.error());
  if (*unfinished) {
    if (const auto clear = no_rollback_under_way(**unfinished); !clear) return answer.end_with(clear.error());
  }
  const auto actual = session->survey(engine::desired_by(run->plan));
  if (!actual) return answer.end_with(actual.error());
  const plan::Plan back = engine::rollback_plan(run->plan, run->progress, run->number(), *actual);
  if (!options.quiet || !options.yes || back.refused()) {
    write(Stream::talk, view::render_plan(back, style_for(Stream::talk, options)));
  }
  if (back.refused()) return Outcome::refused;
  if (!back.empty()) {
    const auto allowed = may_write("Roll back?", options);
    if (!allowed) return answer.end_with(allowed.error());
    return carry_through(*session, *desk, back, answer, options);
  }
  const auto closed =
      desk->journal.end(run->number(), run->left_off(), model::exit_code(Outcome::rolled_back));
  return closed ? Outcome::nothing_to_do : answer.end_with(closed.error());
}

Outcome run(const RollbackOptions& options) {
  Answer answer("rollback", options);
  return answer.end(roll_back(answer, options));
}

}  // namespace

Command rollback_command() {
  return {
      .name = "rollback",
      .section = Section::undo_and_history,
      .summary = "Undo what a run did: its links, and what its services run.",
      .help =
          R"(Undoes a run in reverse order: links that it added are removed, links that it removed are restored,
and services go back to what they ran before. Each link is read back, each deploy is watched. It shows
what it would do, and asks. Refused where the workspace has moved on since.
Render's rollback restores no values of groups, and automatic deploys stay on: the next push deploys
the branch again.)",
      .examples = R"(  envlink rollback         # the last run
  envlink rollback 7)",
      .endings = {{Outcome::done, "done or nothing to undo"},
                  {Outcome::error},
                  {Outcome::authentication},
                  {Outcome::refused, "refused: nothing was written"},
                  {Outcome::deploy_failed, "a deploy failed"},
                  {Outcome::timed_out, "still running when the timeout came"},
                  {Outcome::held, "another run holds the lock"},
                  {Outcome::usage},
                  {Outcome::interrupted}},
      .common = {.writing = true, .env_file = true, .output = true, .stream = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
