#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "view/json_printer.h"
#include "view/rehearsal.h"

namespace envlink::view {
namespace {

namespace json = boost::json;

json::object summary(const plan::Plan& plan) {
  json::array waves;
  for (const auto& wave : plan.waves) {
    json::array names;
    for (const std::size_t service : wave) names.emplace_back(json_text(plan.services[service].name));
    waves.emplace_back(std::move(names));
  }
  return {{"refused", plan.refused()},
          {"empty", plan.empty()},
          {"links", plan.links.size()},
          {"deploys", plan.forecast.deploys},
          {"waves", std::move(waves)}};
}

json::object event_of(const plan::Plan& plan, const engine::Event& event, Time began) {
  const auto service = event.link ? std::optional(plan.links[*event.link].service) : event.service;
  json::object object;
  object["seconds"] = json_seconds(event.at - began);
  object["kind"] = to_string(event.kind);
  object["service"] = service ? optional_text(plan.services[*service].name) : json::value(nullptr);
  object["group"] = event.link ? optional_text(plan.links[*event.link].group_name) : json::value(nullptr);
  object["number"] = event.number;
  object["status"] = optional_text(event.status);
  object["text"] = optional_text(event.text);
  object["cure"] = optional_text(event.cure);
  return object;
}

json::object run_of(const RehearsedRun& run) {
  const engine::Event* last = run.events.empty() ? nullptr : &run.events.back();
  json::array events;
  for (const engine::Event& event : run.events) {
    events.emplace_back(event_of(run.plan, event, run.events.front().at));
  }
  return {{"kind", run.plan.undoes == 0 ? "rollout" : "rollback"},
          {"plan", summary(run.plan)},
          {"exit_code", last != nullptr ? json::value(last->number) : json::value(nullptr)},
          {"events", std::move(events)}};
}

}  // namespace

std::string rehearsal_json(const Rehearsal& rehearsal) {
  json::array runs;
  for (const RehearsedRun& run : rehearsal.runs) runs.emplace_back(run_of(run));
  json::object requests;
  for (const auto& [kind, count] : rehearsal.requests) requests[kind] = count;
  const model::Owner& owner = rehearsal.plan.owner;
  return pretty(json::object{{"version", 1},
                             {"workspace", named(owner.id.text(), owner.name)},
                             {"file", json_text(rehearsal.plan.file)},
                             {"plan", summary(rehearsal.plan)},
                             {"assumptions", json_texts(rehearsal.assumptions)},
                             {"faults", json_texts(rehearsal.faults)},
                             {"faults_met", rehearsal.faults_met},
                             {"runs", std::move(runs)},
                             {"problems", json_texts(rehearsal.problems)},
                             {"requests", std::move(requests)},
                             {"seconds", json_seconds(rehearsal.took)},
                             {"exit_code", rehearsal.exit_code}});
}

}  // namespace envlink::view
