#include "cli/command.h"
#include "cli/given_value.h"
#include "cli/session.h"
#include "journal/journal.h"
#include "run/commands.h"

namespace envlink::cli {

namespace {

std::vector<Parameter> parameters(RunOptions& options) {
  std::vector<Parameter> all = run_argument(options);
  all.front().does = "The run's number (default: the newest unfinished one)";
  return all;
}

Outcome run(const RunOptions& options) {
  const journal::Journal journal;
  const auto chosen = run::choose_resumable(journal, options.run);
  if (chosen && !*chosen) {
    RunFrontend frontend(options);
    frontend.answer_for("resume");
    frontend.say("Nothing to resume: no run on this machine is unfinished.");
    return frontend.finish(Outcome::nothing_to_do);
  }
  return answer("resume", options, chosen.and_then([&](const auto& run) {
    return Session::open_beside(run->plan.file, options);
  }),
                [&](run::Context& context) {
                  context.ask_again = ask_again(options);
                  return run::resume(context, **chosen, {options.lock_wait});
                });
}

}  // namespace

Command resume_command() {
  return {
      .name = "resume",
      .section = Section::undo_and_history,
      .summary = "Finish an interrupted run.",
      .help =

          R"(Continues where a run stopped: after kill -9, a power cut, Ctrl-C, a closed terminal or a lost network. If
a request got no answer, envlink reads from Render whether it took effect; it never blindly sends it again.
Deploys in progress are watched again. Shows what the run has done, and asks for confirmation.)",
      .examples = R"(  envlink resume
  envlink resume --yes     # exits 0 when there is nothing to resume
  envlink resume 7         # a specific run; envlink runs lists them)",
      .endings = endings_of_rollout({{Outcome::done, "done or nothing to resume"}, {Outcome::refused}}),
      .common = {.writing = true, .env_file = true, .output = true, .stream = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
