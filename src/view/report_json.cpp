#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "view/board.h"
#include "view/json_printer.h"
#include "view/report_words.h"

namespace envlink::view {
namespace {

namespace json = boost::json;

json::value optional_time(const std::optional<Time>& time) {
  return time ? json::value(json::string(format_rfc3339(*time))) : json::value(nullptr);
}

json::value optional_number(const auto& number) {
  return number ? json::value(*number) : json::value(nullptr);
}

std::string_view word_of(Standing standing) {
  constexpr std::string_view words[] = {"failed", "running", "waiting", "not_started", "done"};
  return words[static_cast<std::size_t>(standing)];
}

std::string_view word_of(engine::LinkPhase phase) {
  constexpr std::string_view words[] = {"waiting", "sent", "proving", "proved", "failed"};
  return words[static_cast<std::size_t>(phase)];
}

json::object service_of(const Report& report, const Story& story, const Board& board, std::size_t index) {
  const plan::PlannedService& service = report.plan.services[index];
  const engine::ServiceProgress& progress = story.progress.services[index];
  const ServiceStory& told = story.services[index];
  json::object object = named(service.id.text(), service.name);
  object["type"] = to_string(service.type);
  object["wave"] = service.redeploys() ? json::value(service.wave) : json::value(nullptr);
  object["because"] = optional_text(service.because);
  json::array waits_for;
  for (const std::size_t before : service.waits_for)
    waits_for.emplace_back(json_text(report.plan.services[before].name));
  object["waits_for"] = std::move(waits_for);
  object["state"] = word_of(board.standing(index));
  object["ending"] = progress.ending == engine::Ending::none ? json::value(nullptr)
                                                             : json::value(to_string(progress.ending));
  object["deploy"] = optional_text(progress.deploy.text());
  object["deploy_before"] = optional_text(service.live_deploy.text());
  object["deploy_status"] = optional_text(progress.status_text);
  object["reason"] = optional_text(progress.reason);
  object["told_reason"] = optional_text(progress.told_reason);
  object["cure"] = optional_text(progress.cure);
  object["log"] = json_texts(progress.log);
  object["began"] = optional_time(told.began);
  object["ended"] = optional_time(told.ended);
  json::array spans;
  for (const Span& span : told.spans) {
    spans.push_back({{"stage", to_string(span.stage)},
                     {"from", format_rfc3339(span.from)},
                     {"seconds", json_seconds(span.to - span.from)}});
  }
  object["stages"] = std::move(spans);
  return object;
}

json::array links_of(const Report& report, const Story& story) {
  json::array all;
  for (std::size_t i = 0; i < report.plan.links.size(); ++i) {
    const plan::LinkChange& link = report.plan.links[i];
    const plan::PlannedService& service = report.plan.services[link.service];
    const engine::LinkProgress& progress = story.progress.links[i];
    all.push_back({{"action", link.action == plan::LinkAction::add ? "add" : "remove"},
                   {"group", named(link.group.text(), link.group_name)},
                   {"service", named(service.id.text(), service.name)},
                   {"state", word_of(progress.phase)},
                   {"attempts", progress.attempts},
                   {"trouble", optional_text(progress.trouble)}});
  }
  return all;
}

json::array findings_of(const std::vector<plan::Finding>& findings) {
  json::array all;
  for (const plan::Finding& finding : findings) {
    all.push_back({{"id", json_text(finding.id)},
                   {"severity", to_string(finding.severity)},
                   {"subject", json_text(finding.subject)},
                   {"what", json_text(finding.what)},
                   {"cure", optional_text(finding.cure)}});
  }
  return all;
}

json::object event_of(const plan::Plan& plan, const engine::Event& event) {
  const auto service = view::service_of(plan, event);
  const auto link = link_of(plan, event);
  return {{"at", format_rfc3339(event.at)},
          {"kind", engine::to_string(event.kind)},
          {"service", service ? optional_text(plan.services[*service].name) : json::value(nullptr)},
          {"group", link ? optional_text(plan.links[*link].group_name) : json::value(nullptr)},
          {"number", event.number},
          {"deploy", optional_text(event.deploy.text())},
          {"status", optional_text(event.status)},
          {"text", optional_text(event.text)},
          {"cure", optional_text(event.cure)},
          {"request_id", optional_text(event.request_id)}};
}

}  // namespace

std::string report_json(const Report& report) {
  const plan::Plan& plan = report.plan;
  const Story story = story_of(report);
  const Style style;
  const Board board(plan, story.progress, style);
  json::array services;
  for (const std::size_t one : board.concerned())
    services.emplace_back(service_of(report, story, board, one));
  json::array events;
  for (const engine::Event& event : report.events) events.emplace_back(event_of(plan, event));
  json::array pauses;
  for (const Pause& pause : story.pauses)
    pauses.push_back({{"from", format_rfc3339(pause.from)}, {"to", format_rfc3339(pause.to)}});
  json::array slowest;
  for (const std::size_t one : story.slowest) slowest.emplace_back(json_text(plan.services[one].name));
  return pretty(json::object{{"version", 1},
                             {"run", report.run},
                             {"workspace", named(plan.owner.id.text(), plan.owner.name)},
                             {"file", json_text(plan.file)},
                             {"user", json_text(report.user)},
                             {"host", json_text(report.host)},
                             {"began", format_rfc3339(report.began)},
                             {"ended", optional_time(report.ended)},
                             {"exit_code", optional_number(report.exit_code)},
                             {"outcome", verdict_of(report).words},
                             {"undoes", plan.undoes == 0 ? json::value(nullptr) : json::value(plan.undoes)},
                             {"undone_by", optional_number(report.undone_by)},
                             {"seconds", json_seconds(story.taken())},
                             {"waited_seconds", json_seconds(story.waited())},
                             {"pauses", std::move(pauses)},
                             {"waves", plan.waves.size()},
                             {"slowest", std::move(slowest)},
                             {"services", std::move(services)},
                             {"links", links_of(report, story)},
                             {"findings", findings_of(plan.findings)},
                             {"left", json_texts(left_of(report, story))},
                             {"events", std::move(events)}});
}

}  // namespace envlink::view
