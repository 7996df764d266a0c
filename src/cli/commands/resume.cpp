#include <fmt/format.h>

#include <optional>

#include "cli/carry_out.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/stored_run.h"
#include "engine/rollback.h"

namespace envlink::cli {

namespace {

struct ResumeOptions : CommonOptions {
  std::int64_t run = 0;
};

std::vector<Parameter> parameters(ResumeOptions& options) {
  return {run_argument(options.run)};
}

/// The run to go on with; none when nothing is left to do.
Result<std::optional<StoredRun>> choose(const journal::Journal& journal, const ResumeOptions& options) {
  if (options.run == 0) return unfinished_run(journal, "");
  auto run = load_run(journal, options.run);
  if (!run) return fail(run.error());
  if (run->broken_off() || run->progress.unfinished()) return std::optional(std::move(*run));
  return fail({.what = fmt::format("Run {} has ended ({}): nothing of it is left to do", options.run,
                                   outcome_words(run->summary)),
               .cure = "To see what the file still asks for: envlink plan"});
}

Outcome resume(Answer& answer, const ResumeOptions& options) {
  auto journal = open_journal();
  if (!journal) return answer.end_with(journal.error());
  auto chosen = choose(*journal, options);
  if (!chosen) return answer.end_with(chosen.error());
  if (!*chosen) {
    write(Stream::talk, "Nothing to resume: every run of this machine has come to its end.");
    return Outcome::nothing_to_do;
  }
  auto session = Session::open_beside((*chosen)->plan.file, options);
  if (!session) return answer.end_with(session.error());
  auto desk = sit_down((*chosen)->plan.owner.id.text(), session->clock(), options);
  if (!desk) return answer.end_with(desk.error());
  // Whoever held the lock until now may have done it.
  const auto run = load_run(desk->journal, (*chosen)->number());
  if (!run) return answer.end_with(run.error());
  if (!run->broken_off() && !run->progress.unfinished()) {
    write(Stream::talk, fmt::format("Run {} has come to its end meanwhile: {}.", run->number(),
                                    outcome_words(run->summary)));
    return Outcome::nothing_to_do;
  }
  write(Stream::talk, wrap(account_of(*run)));
  const auto allowed = may_write("Go on with it?", options);
  if (!allowed) return answer.end_with(allowed.error());
  return go_on(*session, *desk, *run, answer, options);
}

Outcome run(const ResumeOptions& options) {
  Answer answer("resume", options);
  return answer.end(resume(answer, options));
}

}  // namespace

Command resume_command() {
  return {
      .name = "resume",
      .section = Section::undo_and_history,
      .summary = "Go on with a run that was broken off: killed, interrupted, without a network.",
      .help =
          R"(Goes on where a run stopped: after kill -9, a power cut, Ctrl-C, a closed terminal, a lost network.
What the journal tells stands. A request of which nobody knows what came of it is settled by reading,
never by sending it again blindly; deploys under way are watched again. It says what the run had done,
and asks.)",
      .examples = R"(  envlink resume
  envlink resume --yes     # in a script; exits 0 when there is nothing to resume
  envlink resume 7         # a certain run; envlink runs lists them)",
      .endings = {{Outcome::done, "done or nothing to resume"},
                  {Outcome::error},
                  {Outcome::authentication},
                  {Outcome::refused},
                  {Outcome::deploy_failed, "a deploy failed"},
                  {Outcome::rolled_back, "a deploy failed and all was rolled back"},
                  {Outcome::timed_out, "still running when the timeout came"},
                  {Outcome::held, "another run holds the lock"},
                  {Outcome::usage},
                  {Outcome::interrupted}},
      .common = {.writing = true, .env_file = true, .output = true, .stream = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
