#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/desk.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/stored_run.h"
#include "view/answers_json.h"
#include "view/layout.h"

namespace envlink::cli {

namespace {

constexpr int most_shown = 20;

/// Its name where the plan of the run tells it.
std::string workspace_of(const journal::Journal& journal, const journal::RunSummary& run) {
  const auto stored = load_run(journal, run.number);
  return clean(stored && !stored->plan.owner.name.empty() ? stored->plan.owner.name : run.workspace);
}

std::string row(const journal::Journal& journal, const journal::RunSummary& run, const view::Style& style) {
  constexpr std::size_t indent = 35;
  std::string began = format_rfc3339(run.began).substr(0, 16);
  began[10] = ' ';
  const std::string took = run.ended ? format_duration(*run.ended - run.began) : "";
  std::string what(run.outcome ? title(*run.outcome) : "unfinished");
  if (run.undoes) what += fmt::format(" (rollback of run {})", *run.undoes);
  what += fmt::format(": {}, by {}@{}", workspace_of(journal, run), clean(run.user), clean(run.host));
  std::string margin = fmt::format("{:>5}  {}Z  {:>7}  ", run.number, began, took);
  std::string text;
  for (const std::string& line : view::fold(what, indent, style)) {
    text += margin + line + "\n";
    margin.assign(indent, ' ');
  }
  return text;
}

std::string as_json(const std::vector<journal::RunSummary>& runs) {
  std::vector<view::ListedRun> listed;
  for (const journal::RunSummary& run : runs) {
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

}  // namespace

int run_runs(const Options& options) {
  const auto journal = open_journal();
  if (!journal) return report(journal.error());
  const auto runs = journal->runs("", most_shown);
  if (!runs) return report(runs.error());
  if (options.output == Output::json) {
    put(Stream::result, as_json(*runs));
    return exit_codes::done;
  }
  if (runs->empty()) {
    put(Stream::talk, "No run yet on this machine. The first one: envlink apply");
    return exit_codes::done;
  }
  const view::Style style = style_for(Stream::result, options);
  std::string text =
      fmt::format("{:>5}  {:<17}  {:>7}  {}\n", "run", "began (UTC)", "took", "outcome: workspace, by");
  for (const journal::RunSummary& run : *runs) text += row(*journal, run, style);
  put(Stream::result, text);
  return exit_codes::done;
}

}  // namespace envlink::cli
