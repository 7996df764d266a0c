#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "journal/journal.h"
#include "view/json.h"
#include "view/layout.h"

namespace envlink::cli {

namespace {

constexpr int most_shown = 20;

std::string_view ended_as(const run::RunSummary& run) {
  return run.outcome ? model::title(*run.outcome) : "unfinished";
}

/// Its name where the plan of the run tells it.
std::string workspace_of(const run::Store& store, const run::RunSummary& run) {
  const auto stored = run::load_run(store, run.number);
  return clean(stored && !stored->plan.owner.name.empty() ? stored->plan.owner.name : run.workspace);
}

std::string row(const run::Store& store, const run::RunSummary& run, const view::Style& style) {
  constexpr std::size_t indent = 35;
  std::string began = format_rfc3339(run.began).substr(0, 16);
  began[10] = ' ';
  const std::string took = run.ended ? format_duration(*run.ended - run.began) : "";
  std::string what = std::string(ended_as(run));
  if (run.undoes) what += fmt::format(" (rollback of run {})", *run.undoes);
  what += fmt::format(": {}, by {}@{}", workspace_of(store, run), clean(run.user), clean(run.host));
  const std::string margin = fmt::format("{:>5}  {}Z  {:>7}  ", run.number, began, took);
  return view::hanging(margin, indent, what, style);
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
    write(Stream::talk, "No run yet on this machine. The first one: envlink apply");
    return Outcome::done;
  }
  const view::Style style = style_for(Stream::result, options);
  std::string text =
      fmt::format("{:>5}  {:<17}  {:>7}  {}\n", "run", "began (UTC)", "took", "outcome: workspace, by");
  for (const run::RunSummary& run : *runs) text += row(journal, run, style);
  write(Stream::result, text);
  return Outcome::done;
}

}  // namespace

Command runs_command() {
  return {.name = "runs",
          .section = Section::undo_and_history,
          .summary = "List the past runs.",
          .help = "The newest first. The journal is kept on this machine.",
          .examples = R"(  envlink runs
  envlink runs -o json)",
          .endings = {{Outcome::done}, {Outcome::error}, {Outcome::usage}},
          .common = {.output = true},
          .action = make_action(run)};
}

}  // namespace envlink::cli
