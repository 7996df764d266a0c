#include "engine/event_json.h"
#include "view/json_parts.h"
#include "view/report_words.h"
#include "view/rollout_status.h"

namespace envlink::view {
namespace {

std::vector<Named> names_of(const plan::Plan& plan, const std::vector<std::size_t>& services) {
  std::vector<Named> names;
  for (const std::size_t service : services) names.push_back(named(plan.services[service]));
  return names;
}

void write_told_service(json::Writer& out, const Report& report, const RunTimeline& timeline,
                        std::size_t index) {
  const plan::PlannedService& service = report.plan.services[index];
  const ServiceTimeline& told = timeline.services[index];
  write_service(out, report.plan, timeline.progress, index);
  out("type", to_string(service.type));
  out.or_null("because", service.because);
  out("waits_for", names_of(report.plan, service.waits_for));
  out.or_null("deploy_before", service.live_deploy);
  out.or_null("began", told.began);
  out.or_null("ended", told.ended);
  out.list("stages", told.spans, [](json::Writer& stage, const Span& span) {
    stage("stage", to_string(span.stage));
    stage("from", span.from);
    stage("seconds", seconds_of(span.to - span.from));
  });
}

}  // namespace

std::string report_json(const Report& report) {
  const plan::Plan& plan = report.plan;
  const RunTimeline timeline = timeline_of(report);
  const Style style;
  const RolloutStatus board(plan, timeline.progress, style);
  return document([&](json::Writer& out) {
    out("run", report.run);
    out("workspace", named(plan.owner));
    out("file", plan.file);
    out("user", report.user);
    out("host", report.host);
    out("began", report.began);
    out.or_null("ended", report.ended);
    write_outcome(out, report.outcome);
    out.or_null("undoes", plan.undoes);
    out.or_null("undone_by", report.undone_by);
    out("seconds", seconds_of(timeline.taken()));
    out("waited_seconds", seconds_of(timeline.waited()));
    out.list("pauses", timeline.pauses, [](json::Writer& one, const Pause& pause) {
      one("from", pause.from);
      one("to", pause.to);
    });
    out("waves", plan.waves.size());
    out("slowest", names_of(plan, timeline.slowest));
    out.list("services", board.concerned(), [&](json::Writer& one, std::size_t service) {
      write_told_service(one, report, timeline, service);
    });
    write_links(out, plan, timeline.progress);
    out.list("findings", plan.findings, write_finding);
    out("left", left_of(report, timeline));
    out("events", report.events);
  });
}

}  // namespace envlink::view
