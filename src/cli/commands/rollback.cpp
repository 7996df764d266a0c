#include "cli/command.h"
#include "cli/session.h"
#include "journal/journal.h"
#include "run/commands.h"

namespace envlink::cli {

namespace {

Outcome run(const RunOptions& options) {
  const journal::Journal journal;
  const auto chosen = run::choose_for_rollback(journal, options.run);
  return answer("rollback", options, chosen.and_then([&](const auto& run) {
    return Session::open_beside(run.plan.file, options);
  }),
                [&](run::Context& context) { return run::roll_back(context, *chosen, {options.lock_wait}); });
}

}  // namespace

Command rollback_command() {
  return {
      .name = "rollback",
      .section = Section::undo_and_history,
      .summary = "Undo a run: its values, links and deploys.",
      .help =
          R"(Undoes a run in reverse order: values that it changed are put back, links that it added are removed,
links that it removed are restored, and services go back to what they ran before. Each value and each
link is read back, each deploy is watched. It shows what it would do, and asks. Refused where the
workspace has moved on since. Values that the run did not change stay as they are, and automatic
deploys stay on: the next push deploys the branch again.)",
      .examples = R"(  envlink rollback         # the last run
  envlink rollback 7)",
      .endings = endings_of_writing({{Outcome::done, "done or nothing to undo"},
                                     {Outcome::deploy_failed, "a deploy failed"},
                                     {Outcome::timed_out, "still running when the timeout came"}}),
      .common = {.writing = true, .env_file = true, .output = true, .stream = true, .messages = true},
      .action = make_action(run_argument, run)};
}

}  // namespace envlink::cli
