#include <utility>

#include "cli/command.h"
#include "cli/session.h"
#include "run/commands.h"

namespace envlink::cli {

namespace {

Outcome run(const RunOptions& options) {
  auto store = OpenedStore::open(store_of(options));
  const auto chosen = store.and_then([&](OpenedStore& from) {
    return run::choose_for_rollback(from.runs(), options.run, named_workspace(options));
  });
  return answer("rollback", options, chosen.and_then([&](const auto& run) {
    const bool elsewhere = store->began_elsewhere(run.summary);
    return Session::open_for_run(elsewhere ? options.file : run.plan.file, options, std::move(*store));
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

          R"(Undoes a run in reverse order: restores the values it changed, removes the links it added, restores the
links it removed, and rolls services back to what ran before. Each value and link is read back, each deploy
is watched. Shows what it would do, and asks for confirmation. Refused if the workspace has changed since. Values that the
run did not change stay, and auto-deploy stays on: the next push deploys the branch again.)",
      .examples = R"(  envlink rollback         # the last run
  envlink rollback 7)",
      .endings = endings_of_writing({{Outcome::done, "done or nothing to undo"},
                                     {Outcome::deploy_failed, "a deploy failed"},
                                     {Outcome::timed_out, "deploys still running at the timeout"}}),
      .common =
          {.writing = true, .file = true, .env_file = true, .output = true, .stream = true, .messages = true},
      .action = make_action(run_argument, run)};
}

}  // namespace envlink::cli
