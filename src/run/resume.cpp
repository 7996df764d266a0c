#include <fmt/format.h>

#include "run/commands.h"
#include "run/execute.h"
#include "run/key_access.h"

namespace envlink::run {

using model::Outcome;

namespace {

/// The unfinished run of the workspace, or of the only one that has one.
Result<std::optional<StoredRun>> newest_resumable(const Store& store, const std::string& workspace) {
  const auto workspaces = workspaces_of_runs(store, workspace);
  if (!workspaces) return fail(workspaces.error());
  std::optional<StoredRun> found;
  for (const std::string& one : *workspaces) {
    auto run = unfinished_run(store, one);
    if (!run) return fail(run.error());
    if (!*run) continue;
    if (found) {
      return fail(
          {.what = "Several workspaces have an unfinished run",
           .cure = fmt::format("Name one: envlink resume {}\nOr: envlink resume {}\nList them: envlink runs",
                               found->number(), (*run)->number())});
    }
    found = std::move(*run);
  }
  return found;
}

}  // namespace

Result<std::optional<StoredRun>> choose_resumable(const Store& store, std::int64_t number,
                                                  const std::string& workspace) {
  if (number == 0) return newest_resumable(store, workspace);
  auto run = load_run(store, number);
  if (!run) return fail(run.error());
  if (run->unfinished()) return std::optional(std::move(*run));
  return fail({.what = fmt::format("Run {} has ended ({}): nothing is left to do", number,
                                   model::title(*run->summary.outcome)),
               .cure = "What the file still needs: envlink plan"});
}

Outcome resume(Context& context, const StoredRun& chosen, LockWait wait) {
  const auto taken = take_lock(context, chosen.plan.owner.id.text(), wait);
  if (!taken) return end_with(context, taken.error());
  // The process that held the lock until now may have finished the run, or begun to roll it back.
  auto run = load_run(context.store, chosen.number());
  if (!run) return end_with(context, run.error());
  auto newest = unfinished_run(context.store, run->plan.owner.id.text());
  if (!newest) return end_with(context, newest.error());
  const bool goes_back = *newest && (*newest)->plan.undoes == run->number();
  if (goes_back) run = std::move(**newest);
  if (!run->unfinished()) {
    context.frontend.say(
        fmt::format("Run {} has ended meanwhile: {}.", run->number(), model::title(*run->summary.outcome)));
    return Outcome::nothing_to_do;
  }
  context.frontend.show_unfinished(*run, "");
  if (const auto access = check_access(context, *run, {"finish", "resume"}); !access)
    return end_with(context, access.error());
  if (const auto agreed = context.frontend.confirm(Question::resume); !agreed)
    return end_with(context, agreed.error());
  return continue_run(context, *run);
}

bool blocks_apply(const Store& store, const StoredRun& unfinished) {
  const auto open = open_runs(store, unfinished.plan.owner.id.text());
  return !open || !open->empty() || !unfinished.progress.restored();
}

std::string next_commands(const StoredRun& run) {
  std::string text = "Finish it: envlink resume";
  if (run.plan.undoes == 0) text += fmt::format("\nUndo it: envlink rollback {}", run.number());
  return text;
}

Error comes_first(const StoredRun& run, std::string_view more) {
  return {.kind = ErrorKind::held,
          .what = fmt::format("Run {} is unfinished, so nothing was changed", run.number()),
          .cure = next_commands(run).append(more)};
}

std::optional<StoredRun> tell_unfinished(Context& context, const OwnerId& workspace) {
  const auto open = open_runs(context.store, workspace.text());
  auto run = unfinished_run(context.store, workspace.text());
  // A run whose plan cannot be read blocks apply too.
  if (!run && open && !open->empty()) context.frontend.report(run.error());
  if (!run || !*run) return std::nullopt;
  context.frontend.show_unfinished(**run, next_commands(**run));
  return std::move(*run);
}

}  // namespace envlink::run
