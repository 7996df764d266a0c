#include "view/rehearsal.h"

#include <fmt/format.h>

#include <variant>

#include "base/text.h"
#include "engine/event_json.h"
#include "plan/only.h"
#include "view/event_text.h"
#include "view/findings_text.h"
#include "view/json_parts.h"
#include "view/layout.h"
#include "view/plan_brief.h"
#include "view/plan_text.h"
#include "view/rollout_summary.h"

namespace envlink::view {
namespace {

void add_points(std::string& out, const std::vector<std::string>& points, Symbol mark, const Style& style) {
  for (const std::string& point : points) {
    const std::string lead = fmt::format("  {} ", sign(mark, style));
    out += hanging(lead, display_width(lead), safe(point, style, 2000), style);
  }
}

/// Deploys on the model have no page on Render.
engine::Event without_link(engine::Event event) {
  if (auto* ended = std::get_if<engine::ServiceEnded>(&event.what)) ended->cure.clear();
  return event;
}

void add_run(std::string& out, const RehearsedRun& run, const Style& style, bool whole) {
  engine::Progress progress = engine::Progress::of(run.plan);
  LogLines lines(run.plan, progress, style);
  for (const engine::Event& made_up : run.events) {
    const engine::Event event = without_link(made_up);
    progress.apply(event);
    const auto line = lines.line_for(event);
    if (line && whole) out += *line + "\n";
  }
  for (engine::ServiceProgress& service : progress.services) service.deploy = {};
  out += render_rollout_summary(run.plan, progress, style, Ran::on_the_model);
}

void add_requests(std::string& out, const Rehearsal& rehearsal, const Style& style) {
  std::size_t all = 0;
  for (const auto& [kind, count] : rehearsal.requests) all += count;
  out += heading(count_of(all, "request"), style);
  const std::size_t width = fmt::formatted_size("{}", all);
  for (const auto& [kind, count] : rehearsal.requests) {
    out += fmt::format("  {:>{}}  {}\n", count, width, safe(kind, style));
  }
}

void write_summary(json::Writer& out, const plan::Plan& plan) {
  out("refused", plan.refused());
  out("empty", plan.empty());
  out("links", plan.links.size());
  out("deploys", plan.deploys());
  std::vector<std::vector<Named>> waves;
  for (const auto& wave : plan.waves) waves.push_back(named(plan, wave));
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

std::string render_rehearsal(const Rehearsal& rehearsal, const Style& style, bool whole) {
  if (rehearsal.requests.empty())
    return whole ? render_plan(rehearsal.plan, style) : render_plan_brief(rehearsal.plan, style);
  const bool good = is_success(rehearsal.outcome);
  std::string out = folded(
      fmt::format("{}Rehearsal: apply would {} {}, reads included (exit {}).",
                  lead_sign(good ? Symbol::good : Symbol::bad, style), good ? "finish in" : "stop after",
                  format_duration(rehearsal.took), exit_code(rehearsal.outcome)),
      style, good ? Colour::good : Colour::bad);
  if (whole) {
    out += heading("Assumed", style);
    add_points(out, rehearsal.assumptions, Symbol::note, style);
  }
  if (!rehearsal.faults.empty() && whole) {
    out += heading(fmt::format("Faults ({} happened)", rehearsal.faults_met), style);
    for (const std::string& fault : rehearsal.faults) out += "  - " + safe(fault, style, 400) + "\n";
  }
  if (whole) out += "\n" + render_plan(rehearsal.plan, style);
  for (const RehearsedRun& run : rehearsal.runs) {
    const bool back = run.plan.undoes != 0;
    if (whole || back) out += heading(back ? "Then the rollback" : "What apply would do", style);
    if (back) out += render_findings(run.plan.found(), style);
    add_run(out, run, style, whole);
  }
  if (!rehearsal.problems.empty()) {
    out += heading("Problems", style);
    add_points(out, rehearsal.problems, Symbol::bad, style);
  }
  if (whole) add_requests(out, rehearsal, style);
  out += "\n" + folded(fmt::format("Nothing was changed. Assumes that deploys take as long as recent ones{}",
                                   whole ? "." : " (all that it assumes, and each step: -v)."),
                       style, Colour::quiet);
  out += fmt::format("Next: envlink apply{}\n", plan::only_flags(rehearsal.plan));
  return out;
}

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
