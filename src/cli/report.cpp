#include "view/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/desk.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/stored_run.h"
#include "cli/write_file.h"

namespace envlink::cli {

namespace {

constexpr int runs_looked_at = 1000;

Result<std::int64_t> newest(const journal::Journal& journal) {
  const auto runs = journal.runs("", 1);
  if (!runs) return fail(runs.error());
  if (runs->empty())
    return fail({.what = "There is no run yet in the journal on this machine, so there is nothing to report",
                 .cure = "The first one: envlink apply"});
  return runs->front().number;
}

Result<view::Report> read(const journal::Journal& journal, std::int64_t number) {
  auto run = load_run(journal, number);
  if (!run) {
    if (const auto there = journal.find(number); there && *there)
      run.error().cure = "To see what is known of it: envlink runs";
    return fail(run.error());
  }
  const auto runs = journal.runs(run->summary.workspace, runs_looked_at);
  if (!runs) return fail(runs.error());
  view::Report told;
  told.run = run->summary.number;
  told.user = run->summary.user;
  told.host = run->summary.host;
  told.began = run->summary.began;
  told.ended = run->summary.ended;
  told.outcome = run->summary.outcome;
  for (const journal::RunSummary& other : *runs) {
    if (other.number > told.run) told.newest = false;
    if (other.undoes == told.run && other.outcome == model::Outcome::done) told.undone_by = other.number;
  }
  told.plan = std::move(run->plan);
  told.events = std::move(run->events);
  return told;
}

std::string as_wished(const view::Report& told, const Options& options) {
  if (options.html) return view::report_page(told);
  if (options.output == Output::json) return view::report_json(told);
  return view::render_report(told, options.out.empty() ? style_for(Stream::result, options) : view::Style{});
}

}  // namespace

int run_report(const Options& options) {
  const auto journal = open_journal();
  if (!journal) return report(journal.error());
  const auto number = options.run != 0 ? Result<std::int64_t>(options.run) : newest(*journal);
  if (!number) return report(number.error());
  const auto told = read(*journal, *number);
  if (!told) return report(told.error());
  const std::string text = as_wished(*told, options);
  if (options.out.empty()) {
    put(Stream::result, text);
    return exit_codes::done;
  }
  if (const auto written = write_file(options.out, mask_keys(text)); !written) return report(written.error());
  if (!options.quiet) put(Stream::talk, fmt::format("Wrote {}.", clean(options.out)));
  return exit_codes::done;
}

}  // namespace envlink::cli
