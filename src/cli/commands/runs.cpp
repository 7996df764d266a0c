#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "http/system_clock.h"
#include "journal/journal.h"
#include "view/json.h"
#include "view/runs_text.h"

namespace envlink::cli {

namespace {

constexpr int most_shown = 20;

/// The name, if the run's plan has it; otherwise the id.
std::string workspace_of(const run::Store& store, const run::RunSummary& run) {
  const auto stored = run::load_run(store, run.number);
  return clean(stored && !stored->plan.owner.name.empty() ? stored->plan.owner.name : run.workspace);
}

std::string as_text(const run::Store& store, const std::vector<run::RunSummary>& runs,
                    const CommonOptions& options) {
  std::vector<view::RunRow> rows;
  for (const run::RunSummary& run : runs) {
    rows.push_back({.number = run.number,
                    .began = run.began,
                    .ended = run.ended,
                    .outcome = run.outcome,
                    .undoes = run.undoes,
                    .workspace = workspace_of(store, run),
                    .by = run.user + "@" + run.host});
  }
  http::SystemClock clock;
  return view::render_runs(rows, clock.now(), style_for(Stream::result, options));
}

std::string as_json(const std::vector<run::RunSummary>& runs) {
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
                      .undoes = run.undoes});
  }
  return view::runs_json(listed);
}

Outcome run(const CommonOptions& options) {
  const journal::Journal journal;
  const auto runs = journal.runs("", most_shown);
  if (!runs) return end_with(runs.error());
  if (options.output == Output::json) {
    write(Stream::result, as_json(*runs));
    return Outcome::done;
  }
  if (runs->empty()) {
    write(Stream::talk, "No run yet on this machine. Start one: envlink apply");
    return Outcome::done;
  }
  write(Stream::result, as_text(journal, *runs, options));
  return Outcome::done;
}

}  // namespace

Command runs_command() {
  return {.name = "runs",
          .section = Section::undo_and_history,
          .summary = "List the past runs.",
          .help = "Newest first, from the journal on this machine. -o json has exact times.",
          .examples = R"(  envlink runs
  envlink runs -o json)",
          .endings = {{Outcome::done}, {Outcome::error}, {Outcome::usage}},
          .common = {.output = true, .color = true},
          .action = make_action(run)};
}

}  // namespace envlink::cli
