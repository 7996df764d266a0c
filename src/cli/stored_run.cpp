#include "cli/stored_run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "cli/output.h"
#include "plan/stored.h"
#include "view/report_words.h"

namespace envlink::cli {

namespace {

constexpr int runs_looked_at = 50;
constexpr std::string_view leave_it = "Leave it as it stands and plan anew: envlink apply --anew";

std::string why_unfinished(const StoredRun& run) {
  if (run.broken_off() && run.progress.ended_at) return "its rollback is not done";
  if (run.broken_off()) return "it was broken off";
  switch (*run.summary.outcome) {
    case model::Outcome::interrupted:
      return "it was interrupted";
    case model::Outcome::timed_out:
      return "deploys were still running when the time was up";
    case model::Outcome::authentication:
      return "Render refused the key";
    default:
      return "Render could not be reached, or did not tell what came of a request";
  }
}

struct Counts {
  std::size_t proved = 0;
  std::size_t unknown_links = 0;
  std::size_t unknown_deploys = 0;
  std::size_t redeploying = 0;
  std::size_t live = 0;
  std::vector<std::string> under_way;
  std::vector<std::string> failed;
};

Counts counts_of(const StoredRun& run) {
  using engine::ServicePhase;
  Counts counts;
  for (const engine::LinkProgress& link : run.progress.links) {
    if (link.phase == engine::LinkPhase::proved) ++counts.proved;
    if (link.phase == engine::LinkPhase::sent) ++counts.unknown_links;
  }
  for (std::size_t i = 0; i < run.plan.services.size(); ++i) {
    const engine::ServiceProgress& one = run.progress.services[i];
    const plan::PlannedService& service = run.plan.services[i];
    if (!service.redeploys()) continue;
    ++counts.redeploying;
    if (is_good(one.ending)) ++counts.live;
    if (one.ending == engine::Ending::failed || one.ending == engine::Ending::canceled)
      counts.failed.push_back(clean(service.name));
    const bool asked = one.phase == ServicePhase::requesting || one.phase == ServicePhase::settling;
    const bool watched = one.phase == ServicePhase::watching || one.phase == ServicePhase::checking;
    const bool given_up = one.ending == engine::Ending::timed_out || one.ending == engine::Ending::unsettled;
    if (asked || (given_up && one.deploy.empty() && one.attempts > 0)) ++counts.unknown_deploys;
    if (watched || (given_up && !one.deploy.empty()))
      counts.under_way.push_back(fmt::format("{} ({})", clean(service.name), clean(one.deploy.text())));
  }
  return counts;
}

}  // namespace

Time StoredRun::left_off() const {
  if (summary.ended) return *summary.ended;
  return events.empty() ? summary.began : events.back().at;
}

Result<StoredRun> load_run(const journal::Journal& journal, std::int64_t number) {
  auto summary = journal.find(number);
  if (!summary) return fail(summary.error());
  if (!*summary) {
    return fail({.what = fmt::format("The journal on this machine has no run {}", number),
                 .cure = "To see which it has: envlink runs"});
  }
  auto text = journal.plan(number);
  if (!text) return fail(text.error());
  if (!*text) {
    return fail(
        {.what = fmt::format("Run {} was made by an earlier envlink, which kept no plan of it", number),
         .cure = std::string(leave_it)});
  }
  auto plan = plan::plan_from_json(**text);
  if (!plan) {
    plan.error().what = fmt::format("The plan of run {} cannot be read", number);
    plan.error().cure = leave_it;
    return fail(plan.error());
  }
  auto events = journal.events(number);
  if (!events) return fail(events.error());
  engine::Progress progress = engine::Progress::of(*plan, *events);
  return StoredRun{std::move(**summary), std::move(*plan), std::move(*events), std::move(progress)};
}

Result<std::vector<std::int64_t>> broken_off_runs(const journal::Journal& journal,
                                                  const std::string& workspace) {
  const auto runs = journal.runs(workspace, runs_looked_at);
  if (!runs) return fail(runs.error());
  std::vector<std::int64_t> open;
  for (const journal::RunSummary& run : *runs) {
    if (!run.ended) open.push_back(run.number);
  }
  return open;
}

Result<std::optional<StoredRun>> unfinished_run(const journal::Journal& journal,
                                                const std::string& workspace) {
  const auto open = broken_off_runs(journal, workspace);
  if (!open) return fail(open.error());
  if (!open->empty()) return load_run(journal, open->front());
  const auto runs = journal.runs(workspace, 1);
  if (!runs) return fail(runs.error());
  // Of runs that ended only the last one counts: what came after it knew how it had left the workspace.
  if (runs->empty() || is_success(*runs->front().outcome)) return std::nullopt;
  auto last = load_run(journal, runs->front().number);
  // One without a plan is nothing that could go on.
  if (!last || !last->progress.unfinished()) return std::nullopt;
  return std::move(*last);
}

std::string account_of(const StoredRun& run) {
  const Counts counts = counts_of(run);
  std::string text = fmt::format("Run {} on {} is unfinished: {}. {} began it on {} at {}.", run.number(),
                                 clean(run.plan.owner.name), why_unfinished(run), clean(run.summary.user),
                                 clean(run.summary.host), view::day_and_time(run.summary.began));
  if (run.plan.undoes != 0) text += fmt::format("\n  It rolls back run {}.", run.plan.undoes);
  if (!run.plan.links.empty())
    text += fmt::format("\n  {} of {} proved", counts.proved, count_of(run.plan.links.size(), "link"));
  if (counts.unknown_links > 0) text += fmt::format(", what came of {} is not known", counts.unknown_links);
  if (counts.redeploying > 0)
    text += fmt::format("\n  {} of {} live", counts.live, count_of(counts.redeploying, "service"));
  if (counts.unknown_deploys > 0)
    text += fmt::format(", what came of {} is not known",
                        count_of(counts.unknown_deploys, "request for a deploy", "requests for a deploy"));
  if (!counts.failed.empty()) text += "\n  Failed: " + join_and(counts.failed);
  if (!counts.under_way.empty())
    text += "\n  Under way when it stopped:\n    " + join(counts.under_way, "\n    ");
  return text;
}

std::string ways_out(const StoredRun& run) {
  std::string text = "Go on with it: envlink resume";
  if (run.plan.undoes == 0) text += fmt::format("\nUndo it: envlink rollback {}", run.number());
  return text;
}

void tell_unfinished(const OwnerId& workspace) {
  const auto directory = journal::state_directory();
  if (!directory || access((*directory + "/journal.db").c_str(), F_OK) != 0) return;
  const auto journal = journal::Journal::open(*directory);
  if (!journal) return;  // whoever needs the journal says so
  const auto open = broken_off_runs(*journal, workspace.text());
  const auto run = unfinished_run(*journal, workspace.text());
  // One whose plan cannot be read is in the way of apply as well.
  if (!run && open && !open->empty()) complain(run.error());
  if (!run || !*run) return;
  put(Stream::talk, folded(describe({.what = account_of(**run), .cure = ways_out(**run)})));
}

}  // namespace envlink::cli
