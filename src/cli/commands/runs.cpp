#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/text.h"
#include "cli/command.h"
#include "cli/opened_store.h"
#include "cli/output.h"
#include "http/system_clock.h"
#include "view/json.h"
#include "view/runs_text.h"

namespace envlink::cli {

namespace {

constexpr int most_shown = 20;

/// Unset: it has none, or one that this envlink cannot read.
std::optional<plan::Plan> plan_of(const run::Store& store, const run::RunSummary& run) {
  auto plan = store.plan(run.number);
  return plan ? std::move(*plan) : std::nullopt;
}

std::optional<view::RunChanges> changes_of(const std::optional<plan::Plan>& plan) {
  return plan ? std::optional(view::changes_of(*plan)) : std::nullopt;
}

std::string as_text(const run::Store& store, const std::vector<run::RunSummary>& runs,
                    const CommonOptions& options) {
  std::vector<view::RunRow> rows;
  for (const run::RunSummary& run : runs) {
    const auto plan = plan_of(store, run);
    const bool has_name = plan && !plan->owner.name.empty();
    rows.push_back({.number = run.number,
                    .began = run.began,
                    .ended = run.ended,
                    .outcome = run.outcome,
                    .undoes = run.undoes,
                    .changes = changes_of(plan),
                    .workspace = clean(has_name ? plan->owner.name : run.workspace),
                    .by = run.user + "@" + run.host});
  }
  http::SystemClock clock;
  return view::render_runs(rows, clock.now(), style_for(Stream::result, options));
}

std::string as_json(const run::Store& store, const std::vector<run::RunSummary>& runs) {
  std::vector<view::ListedRun> listed;
  for (const run::RunSummary& run : runs) {
    listed.push_back({.number = run.number,
                      .workspace = run.workspace,
                      .file = run.file,
                      .user = run.user,
                      .host = run.host,
                      .began = run.began,
                      .ended = run.ended,
                      .outcome = run.outcome,
                      .undoes = run.undoes,
                      .changes = changes_of(plan_of(store, run))});
  }
  return view::runs_json(listed);
}

Outcome run(const CommonOptions& options) {
  auto store = OpenedStore::open(store_of(options));
  if (!store) return end_with(store.error());
  const auto runs = store->runs().runs("", most_shown);
  if (!runs) return end_with(runs.error());
  if (options.output == Output::json) {
    write(Stream::result, as_json(store->runs(), *runs));
    return Outcome::done;
  }
  if (runs->empty()) {
    write(Stream::talk, fmt::format("No run yet {}. Start one: envlink apply", store->where()));
    return Outcome::done;
  }
  write(Stream::result, as_text(store->runs(), *runs, options));
  return Outcome::done;
}

}  // namespace

Command runs_command() {
  return {.name = "runs",
          .section = Section::undo_and_history,
          .summary = "List the past runs.",
          .help =
              "Newest first, with what each run was to change, from the journal on this machine or from the "
              "team store. -o json has exact times.",
          .examples = R"(  envlink runs
  envlink runs -o json)",
          .endings = {{Outcome::done}, {Outcome::error}, {Outcome::usage}},
          .common = {.file = true, .output = true, .color = true},
          .action = make_action(run)};
}

}  // namespace envlink::cli
