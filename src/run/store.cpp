#include "run/store.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace envlink::run {

Time StoredRun::left_off() const {
  if (summary.ended) return *summary.ended;
  return events.empty() ? summary.began : events.back().at;
}

Result<StoredRun> load_run(const Store& store, std::int64_t number) {
  auto summary = store.find(number);
  if (!summary) return fail(summary.error());
  if (!*summary) {
    return fail({.what = fmt::format("The {} has no run {}", store.name(), number),
                 .cure = "List its runs: envlink runs"});
  }
  auto plan = store.plan(number);
  if (!plan) return fail(plan.error());
  if (!*plan) {
    return fail(
        {.what = fmt::format("Run {} was made by an older envlink that did not store its plan", number),
         .cure = "Ignore it and plan again: envlink apply --anew"});
  }
  auto events = store.events(number);
  if (!events) return fail(events.error());
  engine::Progress progress = engine::Progress::of(**plan, *events);
  if (!progress.made.empty()) (*plan)->name_new_group(progress.made);
  return StoredRun{std::move(**summary), std::move(**plan), std::move(*events), std::move(progress)};
}

Result<std::vector<std::int64_t>> open_runs(const Store& store, const std::string& workspace) {
  const auto runs = store.runs(workspace, runs_looked_at);
  if (!runs) return fail(runs.error());
  std::vector<std::int64_t> open;
  for (const RunSummary& run : *runs) {
    if (!run.ended) open.push_back(run.number);
  }
  return open;
}

Result<std::vector<std::string>> workspaces_of_runs(const Store& store, const std::string& named) {
  const auto runs = store.runs("", runs_looked_at);
  if (!runs) return fail(runs.error());
  std::vector<std::string> all;
  for (const RunSummary& run : *runs) {
    if (std::ranges::find(all, run.workspace) != all.end()) continue;
    if (!named.empty() && run.workspace != named) {
      const auto plan = store.plan(run.number);
      if (!plan || !*plan || (*plan)->owner.name != named) continue;
    }
    all.push_back(run.workspace);
  }
  return all;
}

Result<std::optional<StoredRun>> unfinished_run(const Store& store, const std::string& workspace) {
  const auto runs = store.runs(workspace, runs_looked_at);
  if (!runs) return fail(runs.error());
  if (runs->empty()) return std::nullopt;
  // The newest run comes first: if it rolls back an open run, resuming it ends both. No older ended run
  // counts: later runs were planned from the workspace that it left.
  const RunSummary& newest = runs->front();
  if (newest.ended && newest.outcome != model::Outcome::done) {
    auto last = load_run(store, newest.number);
    // A run without a plan cannot continue.
    if (last && last->unfinished()) return std::move(*last);
  }
  const auto open = std::ranges::find_if(*runs, [](const RunSummary& run) { return !run.ended; });
  if (open == runs->end()) return std::nullopt;
  return load_run(store, open->number);
}

}  // namespace envlink::run
