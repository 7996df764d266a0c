#include <fmt/format.h>

#include "cli/carry_out.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/stored_run.h"
#include "engine/rollback.h"
#include "view/plan_text.h"

namespace envlink::cli {

namespace {

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
  if (run->summary.outcome == model::Outcome::rolled_back) {
    return fail({.what = fmt::format("Run {} is rolled back already", number),
                 .cure = "To see the runs: envlink runs"});
  }
  return run;
}

int roll_back(Answer& answer, const Options& options) {
  auto journal = open_journal();
  if (!journal) return answer.report(journal.error());
  const auto chosen = choose(*journal, options.run);
  if (!chosen) return answer.report(chosen.error());
  auto session = Session::open_beside(chosen->plan.file, options);
  if (!session) return answer.report(session.error());
  auto desk = sit_down(chosen->plan.owner.id.text(), session->clock(), options);
  if (!desk) return answer.report(desk.error());
  const auto run = load_run(desk->journal, chosen->number());
  if (!run) return answer.report(run.error());
  const auto unfinished = unfinished_run(desk->journal, run->plan.owner.id.text());
  if (!unfinished) return answer.report(unfinished.error());
  if (*unfinished) {
    if (const auto clear = no_rollback_under_way(**unfinished); !clear) return answer.report(clear.error());
  }
  const auto actual = session->survey(engine::desired_by(run->plan));
  if (!actual) return answer.report(actual.error());
  const plan::Plan back = engine::rollback_plan(run->plan, run->progress, run->number(), *actual);
  if (!options.quiet || !options.yes || back.refused()) {
    put(Stream::talk, view::render_plan(back, style_for(Stream::talk, options)));
  }
  if (back.refused()) return exit_codes::refused;
  int code = exit_codes::done;
  if (!back.empty() && !answer.may_write("Roll back?", code)) return code;
  if (!back.empty()) return carry_through(*session, *desk, back, answer, options);
  const auto closed = desk->journal.end(run->number(), run->left_off(), model::Outcome::rolled_back);
  return closed ? exit_codes::done : answer.report(closed.error());
}

}  // namespace

int run_rollback(const Options& options) {
  Answer answer("rollback", options);
  return answer.end(roll_back(answer, options));
}

}  // namespace envlink::cli
