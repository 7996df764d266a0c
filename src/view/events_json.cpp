#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "view/json_printer.h"
#include "view/run_account.h"

namespace envlink::view {
namespace {

namespace json = boost::json;
using engine::Event;
using engine::EventKind;

json::value answered(int http_status) {
  return http_status != 0 ? json::value(http_status) : json::value(nullptr);
}

/// What is special to a kind. The journal's own field names are not shown: they may change.
void append_details(json::object& line, const plan::Plan& plan, const Event& event) {
  switch (event.kind) {
    case EventKind::run_began:
      line["undoes"] = plan.undoes != 0 ? json::value(plan.undoes) : json::value(nullptr);
      line["workspace"] = named(plan.owner.id.text(), plan.owner.name);
      line["links"] = plan.links.size();
      line["deploys"] = plan.forecast.deploys;
      line["waves"] = plan.waves.size();
      break;
    case EventKind::run_resumed:
    case EventKind::link_proved:
      break;
    case EventKind::link_intended:
      line["attempt"] = event.number;
      break;
    case EventKind::link_answered:
    case EventKind::health_observed:
      line["http_status"] = answered(event.number);
      line["why"] = optional_text(event.text);
      break;
    case EventKind::link_failed:
      line["why"] = optional_text(event.text);
      line["cure"] = optional_text(event.cure);
      break;
    case EventKind::snapshot_taken:
      line["deploys_seen"] = event.deploys.size();
      break;
    case EventKind::deploy_intended:
      line["attempt"] = event.number;
      line["mode"] = optional_text(event.text);
      break;
    case EventKind::deploy_answered:
      line["http_status"] = answered(event.number);
      line["deploy"] = optional_text(event.deploy.text());
      line["why"] = optional_text(event.text);
      break;
    case EventKind::deploy_attributed:
      line["deploy"] = optional_text(event.deploy.text());
      line["how"] = optional_text(event.text);
      break;
    case EventKind::deploy_observed:
      line["deploy"] = optional_text(event.deploy.text());
      line["status"] = optional_text(event.status);
      break;
    case EventKind::service_ended:
      line["outcome"] = optional_text(event.status);
      line["deploy"] = optional_text(event.deploy.text());
      line["why"] = optional_text(event.text);
      line["cure"] = optional_text(event.cure);
      break;
    case EventKind::failure_told:
      line["deploy"] = optional_text(event.deploy.text());
      line["why"] = optional_text(event.text);
      line["log"] = json_texts(event.lines);
      line["cure"] = optional_text(event.cure);
      break;
    case EventKind::waiting:
      line["seconds"] = event.number;
      line["why"] = optional_text(event.text);
      break;
    case EventKind::interrupted:
      line["times"] = event.number;
      break;
    case EventKind::run_ended:
      line["exit_code"] = event.number;
      line["why"] = optional_text(event.text);
      break;
  }
}

}  // namespace

std::string stream_head(std::string_view command, std::string_view envlink_version) {
  return one_line(json::object{{"version", 1},
                               {"stream", "envlink.events"},
                               {"envlink", json_text(envlink_version)},
                               {"command", json_text(command)}});
}

std::string event_line(std::int64_t run, const plan::Plan& plan, const Event& event) {
  json::object line{{"event", engine::to_string(event.kind)},
                    {"at", json_text(format_rfc3339(event.at))},
                    {"run", run != 0 ? json::value(run) : json::value(nullptr)}};
  const auto service = event.link ? std::optional(plan.links[*event.link].service) : event.service;
  if (event.link) {
    const plan::LinkChange& link = plan.links[*event.link];
    line["action"] = link.action == plan::LinkAction::add ? "link" : "unlink";
    line["group"] = named(link.group.text(), link.group_name);
  }
  if (service) line["service"] = named(plan.services[*service].id.text(), plan.services[*service].name);
  append_details(line, plan, event);
  return one_line(line);
}

}  // namespace envlink::view
