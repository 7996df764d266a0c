#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"
#include "journal/journal.h"
#include "run/commands.h"

namespace envlink::cli {

namespace {

struct ResumeOptions : CommonOptions {
  std::int64_t run = 0;
};

std::vector<Parameter> parameters(ResumeOptions& options) {
  return {run_argument(options.run)};
}

Outcome run(const ResumeOptions& options) {
  const journal::Journal store;
  const auto chosen = run::choose_resumable(store, options.run);
  if (!chosen) return end_without_run("resume", chosen.error(), options);
  if (!*chosen) {
    RunFrontend frontend(options);
    frontend.answer_for("resume");
    frontend.say("Nothing to resume: every run of this machine has come to its end.");
    return frontend.finish(Outcome::nothing_to_do);
  }
  auto session = Session::open_beside((*chosen)->plan.file, options);
  if (!session) return end_without_run("resume", session.error(), options);
  session->frontend().answer_for("resume");
  return session->frontend().finish(run::resume(session->context(), **chosen, {options.lock_wait}));
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
      .endings = endings_of_rollout({{Outcome::done, "done or nothing to resume"}, {Outcome::refused}}),
      .common = {.writing = true, .env_file = true, .output = true, .stream = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
