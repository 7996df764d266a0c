#include "engine/event_json.h"
#include "view/json_parts.h"
#include "view/rehearsal.h"

namespace envlink::view {
namespace {

void write_summary(json::Writer& out, const plan::Plan& plan) {
  out("refused", plan.refused());
  out("empty", plan.empty());
  out("links", plan.links.size());
  out("deploys", plan.forecast.deploys);
  std::vector<std::vector<Named>> waves;
  for (const auto& wave : plan.waves) {
    waves.emplace_back();
    for (const std::size_t service : wave) waves.back().push_back(named(plan.services[service]));
  }
  out("waves", waves);
}

void write_run(json::Writer& out, const RehearsedRun& run) {
  const auto* ended = run.events.empty() ? nullptr : run.events.back().as<engine::RunEnded>();
  out("kind", run.plan.undoes == 0 ? "rollout" : "rollback");
  out("plan", [&](json::Writer& summary) { write_summary(summary, run.plan); });
  write_outcome(out, ended != nullptr ? std::optional(ended->outcome) : std::nullopt);
  out("events", run.events);
}

}  // namespace

std::string rehearsal_json(const Rehearsal& rehearsal) {
  return document([&](json::Writer& out) {
    out("workspace", named(rehearsal.plan.owner));
    out("file", rehearsal.plan.file);
    out("plan", [&](json::Writer& plan) { write_summary(plan, rehearsal.plan); });
    out("assumptions", rehearsal.assumptions);
    out("faults", rehearsal.faults);
    out("faults_met", rehearsal.faults_met);
    out.list("runs", rehearsal.runs, write_run);
    out("problems", rehearsal.problems);
    out("requests", [&](json::Writer& requests) {
      for (const auto& [kind, count] : rehearsal.requests) requests(kind, count);
    });
    out("seconds", seconds_of(rehearsal.took));
    write_outcome(out, rehearsal.outcome);
  });
}

}  // namespace envlink::view
