#include <fmt/format.h>

#include <utility>

#include "cli/command.h"
#include "cli/given_value.h"
#include "cli/session.h"
#include "run/commands.h"

namespace envlink::cli {

namespace {

std::vector<Parameter> parameters(RunOptions& options) {
  std::vector<Parameter> all = run_argument(options);
  all.front().does = "The run's number (default: the newest unfinished one)";
  return all;
}

Outcome run(const RunOptions& options) {
  auto store = OpenedStore::open(store_of(options));
  const auto chosen = store.and_then([&](OpenedStore& from) {
    return run::choose_resumable(from.runs(), options.run, named_workspace(options));
  });
  if (chosen && !*chosen) {
    RunFrontend frontend(options);
    frontend.answer_for("resume");
    frontend.say(fmt::format("Nothing to resume: no run {} is unfinished.", store->where()));
    return frontend.finish(Outcome::nothing_to_do);
  }
  const bool elsewhere = chosen && store->began_elsewhere((*chosen)->summary);
  return answer("resume", options, chosen.and_then([&](const auto& run) {
    return Session::open_for_run(elsewhere ? options.file : run->plan.file, options, std::move(*store));
  }),
                [&](run::Context& context) {
                  context.ask_again = ask_again(options, elsewhere);
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
      .common =
          {.writing = true, .file = true, .env_file = true, .output = true, .stream = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
