#include <fmt/format.h>

#include <optional>

#include "cli/carry_out.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/stored_run.h"
#include "engine/rollback.h"

namespace envlink::cli {

namespace {

/// The run to go on with; none when nothing is left to do.
Result<std::optional<StoredRun>> choose(const journal::Journal& journal, const Options& options) {
  if (options.run == 0) return unfinished_run(journal, "");
  auto run = load_run(journal, options.run);
  if (!run) return fail(run.error());
  if (run->broken_off() || run->progress.unfinished()) return std::optional(std::move(*run));
  return fail({.what = fmt::format("Run {} has ended ({}): nothing of it is left to do", options.run,
                                   title(*run->summary.outcome)),
               .cure = "To see what the file still asks for: envlink plan"});
}

int resume(Answer& answer, const Options& options) {
  auto journal = open_journal();
  if (!journal) return answer.report(journal.error());
  auto chosen = choose(*journal, options);
  if (!chosen) return answer.report(chosen.error());
  if (!*chosen) {
    put(Stream::talk, "Nothing to resume: every run of this machine has come to its end.");
    return exit_codes::done;
  }
  auto session = Session::open_beside((*chosen)->plan.file, options);
  if (!session) return answer.report(session.error());
  auto desk = sit_down((*chosen)->plan.owner.id.text(), session->clock(), options);
  if (!desk) return answer.report(desk.error());
  // Whoever held the lock until now may have done it.
  const auto run = load_run(desk->journal, (*chosen)->number());
  if (!run) return answer.report(run.error());
  if (!run->broken_off() && !run->progress.unfinished()) {
    put(Stream::talk, fmt::format("Run {} has come to its end meanwhile: {}.", run->number(),
                                  title(*run->summary.outcome)));
    return exit_codes::done;
  }
  put(Stream::talk, folded(account_of(*run)));
  int code = exit_codes::done;
  if (!answer.may_write("Go on with it?", code)) return code;
  return go_on(*session, *desk, *run, answer, options);
}

}  // namespace

int run_resume(const Options& options) {
  Answer answer("resume", options);
  return answer.end(resume(answer, options));
}

}  // namespace envlink::cli
