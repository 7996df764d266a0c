#include "view/report_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/mask_keys.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/opened_store.h"
#include "cli/output.h"
#include "cli/system.h"

namespace envlink::cli {

namespace {

struct ReportOptions : RunOptions {
  bool html = false;
  std::string out;  // empty: to stdout
};

std::vector<Parameter> parameters(ReportOptions& options) {
  return {run_argument(options).front(),
          {"--html", "", &options.html, "One self-contained page instead of text"},
          {"--out", "FILE", &options.out, "Write to this file instead of stdout"},
          {"-q,--quiet", "", &options.quiet, "Only the result and errors"}};
}

constexpr int runs_looked_at = 1000;

Result<std::int64_t> newest(OpenedStore& store) {
  const auto runs = store.runs().runs("", 1);
  if (!runs) return fail(runs.error());
  if (runs->empty())
    return fail({.what = fmt::format("No runs {} yet, so there is nothing to report", store.where()),
                 .cure = "Start one: envlink apply"});
  return runs->front().number;
}

Result<view::Report> read(const run::Store& store, std::int64_t number) {
  auto run = run::load_run(store, number);
  if (!run) {
    if (const auto there = store.find(number); there && *there)
      run.error().cure = "What is known about it: envlink runs";
    return fail(run.error());
  }
  const auto runs = store.runs(run->summary.workspace, runs_looked_at);
  if (!runs) return fail(runs.error());
  view::Report told;
  told.run = run->summary.number;
  told.user = run->summary.user;
  told.host = run->summary.host;
  told.began = run->summary.began;
  told.ended = run->summary.ended;
  told.outcome = run->summary.outcome;
  for (const run::RunSummary& other : *runs) {
    if (other.number > told.run) told.newest = false;
    if (other.undoes == told.run && other.outcome == Outcome::done) told.undone_by = other.number;
  }
  told.plan = std::move(run->plan);
  told.events = std::move(run->events);
  return told;
}

std::string as_wished(const view::Report& told, const ReportOptions& options) {
  if (options.html) return view::report_page(told);
  if (options.output == Output::json) return view::report_json(told);
  return view::render_report(told, options.out.empty() ? style_for(Stream::result, options) : view::Style{});
}

Outcome run(const ReportOptions& options) {
  if (options.html && options.was_given("--output"))
    return end_with(usage_error("--html and -o cannot be combined", "Remove one of them."));
  auto store = OpenedStore::open(store_of(options));
  if (!store) return end_with(store.error());
  const auto number = options.run != 0 ? Result<std::int64_t>(options.run) : newest(*store);
  if (!number) return end_with(number.error());
  const auto told = read(store->runs(), *number);
  if (!told) return end_with(told.error());
  const std::string text = as_wished(*told, options);
  if (options.out.empty()) {
    write(Stream::result, text);
    return Outcome::done;
  }
  if (const auto written = write_file(options.out, mask_keys(text)); !written)
    return end_with(written.error());
  if (!options.quiet) write(Stream::talk, fmt::format("Wrote {}.", clean(options.out)));
  return Outcome::done;
}

}  // namespace

Command report_command() {
  return {
      .name = "report",
      .section = Section::undo_and_history,
      .summary = "Show what a run did, as text or as an HTML page.",
      .help =

          R"(Shows what a run did: each service and how long it took, what failed and why, what is left. --html writes
one self-contained page with the order, a timeline, links before and after, findings and events. Everything
comes from the journal on this machine or from the team store: no key, no request to Render.)",
      .examples = R"(  envlink report                              # the newest run
  envlink report 7 --html --out run-7.html
  envlink report 7 -o json)",
      .endings = {{Outcome::done}, {Outcome::error, "error or no such run"}, {Outcome::usage}},
      .common = {.file = true, .output = true, .color = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
