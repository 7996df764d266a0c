#include "view/run_account.h"

#include "base/text.h"
#include "engine/event_json.h"
#include "view/json_parts.h"

namespace envlink::view {
namespace {

void write_run(json::Writer& out, const ToldRun& run) {
  const engine::Progress& progress = run.progress;
  out.or_null("run", run.number);
  out.or_null("undoes", run.plan.undoes);
  out.or_null("began", progress.began_at);
  out.or_null("ended", progress.ended_at);
  write_outcome(out, progress.ended_at ? std::optional(progress.outcome) : std::nullopt);
  write_links(out, run.plan, progress);
  out.key("services");
  out.begin_array();
  for (std::size_t i = 0; i < run.plan.services.size(); ++i) {
    if (progress.services[i].phase == engine::ServicePhase::unchanged) continue;
    out.object([&](json::Writer& service) { write_service(service, run.plan, progress, i); });
  }
  out.end_array();
}

/// Done, and no run was needed.
model::Outcome outcome_of(const RunAccount& account) {
  const bool no_run = account.outcome == model::Outcome::done && account.runs.empty();
  return no_run ? model::Outcome::nothing_to_do : account.outcome;
}

void write_account(json::Writer& out, const RunAccount& account) {
  out("command", account.command);
  write_outcome(out, outcome_of(account));
  out.or_null("message", account.message);
  const auto& runs = account.runs;
  out.or_null("workspace", runs.empty() ? std::nullopt : std::optional(named(runs.front().plan.owner)));
  out.list("runs", runs, write_run);
  out.or_null("verification", account.verification, write_verification);
}

}  // namespace

std::string run_account_json(const RunAccount& account) {
  return document([&](json::Writer& out) { write_account(out, account); });
}

std::string stream_head(std::string_view command, std::string_view envlink_version) {
  return json::document_line([&](json::Writer& out) {
    out("version", 1);
    out("stream", "envlink.events");
    out("envlink", envlink_version);
    out("command", command);
  });
}

std::string event_line(std::int64_t run, const engine::Event& event) {
  return json::document_line([&](json::Writer& out) {
    out.or_null("run", run);
    fields(out, event);
  });
}

std::string outcome_line(const RunAccount& account) {
  return json::document_line([&](json::Writer& out) {
    out("event", "outcome");
    write_account(out, account);
  });
}

std::string rehearsal_stream(const Rehearsal& rehearsal, std::string_view envlink_version) {
  RunAccount account{.command = "rehearse",
                     .outcome = rehearsal.outcome,
                     .message = join(rehearsal.problems, "\n"),
                     .runs = {},
                     .verification = {}};
  std::string lines = stream_head(account.command, envlink_version);
  for (const RehearsedRun& run : rehearsal.runs) {
    for (const engine::Event& event : run.events) lines += event_line(0, event);
    account.runs.push_back({0, run.plan, engine::Progress::of(run.plan, run.events)});
  }
  return lines + outcome_line(account);
}

}  // namespace envlink::view
