#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "engine/forecast.h"
#include "view/json.h"
#include "view/json_printer.h"

namespace envlink::view {
namespace {

namespace json = boost::json;
using plan::Plan;

std::int64_t seconds(Duration span) {
  return std::chrono::round<std::chrono::seconds>(span).count();
}

json::value optional_seconds(const std::optional<Duration>& span) {
  return span ? json::value(seconds(*span)) : json::value(nullptr);
}

json::array names_of(const Plan& plan, const std::vector<std::size_t>& services) {
  json::array names;
  for (const auto service : services) names.emplace_back(json_text(plan.services[service].name));
  return names;
}

json::array groups(const Plan& plan) {
  json::array all;
  for (const auto& group : plan.groups) {
    auto object = named(group.id.text(), group.name);
    object["variables"] = group.variables ? json::value(*group.variables) : json::value(nullptr);
    object["asked"] = nullptr;
    if (group.asked) object["asked"] = {{"number", group.asked->number}, {"at_least", group.asked->at_least}};
    all.emplace_back(std::move(object));
  }
  return all;
}

json::array links(const Plan& plan) {
  json::array all;
  for (const auto& link : plan.links) {
    const auto& service = plan.services[link.service];
    all.push_back({{"action", link.action == plan::LinkAction::add ? "add" : "remove"},
                   {"group", named(link.group.text(), link.group_name)},
                   {"service", named(service.id.text(), service.name)}});
  }
  return all;
}

std::string_view word_of(plan::Reason reason) {
  switch (reason) {
    case plan::Reason::none:
      return "none";
    case plan::Reason::links_change:
      return "links_change";
    case plan::Reason::stale:
      return "stale";
    case plan::Reason::requested:
      return "requested";
    case plan::Reason::undone:
      return "undone";
  }
  return "none";
}

/// Whether a link change alone makes Render redeploy is not known; with automatic deploys off it does not.
bool render_may_redeploy(const plan::PlannedService& service, bool links_change) {
  return links_change && service.auto_deploy;
}

json::array services(const Plan& plan) {
  json::array all;
  std::vector<std::vector<std::size_t>> awaited_by(plan.services.size());
  std::vector<bool> links_change(plan.services.size());
  for (const auto& link : plan.links) links_change[link.service] = true;
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    for (const auto before : plan.services[i].waits_for) awaited_by[before].push_back(i);
  }
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    const auto& service = plan.services[i];
    const bool redeploys = service.redeploys();
    auto object = named(service.id.text(), service.name);
    object["type"] = to_string(service.type);
    object["linked"] = json_texts(service.linked_now);
    object["redeploy"] = word_of(service.redeploy);
    object["because"] = optional_text(service.because);
    object["rebuild"] = redeploys ? json::value(service.rebuild) : json::value(nullptr);
    object["rebuild_because"] = redeploys ? optional_text(service.rebuild_because) : json::value(nullptr);
    object["wave"] = redeploys ? json::value(service.wave) : json::value(nullptr);
    object["waits_for"] = names_of(plan, service.waits_for);
    object["expected_seconds"] = optional_seconds(service.expected);
    object["redeployed_by"] = redeploys ? "envlink" : "nobody";
    object["render_may_redeploy"] = render_may_redeploy(service, links_change[i]);
    object["downtime"] = redeploys && service.has_disk;
    object["awaited_by"] = names_of(plan, awaited_by[i]);
    object["usual_seconds"] = optional_seconds(service.usual);
    object["likely_seconds"] =
        optional_seconds(service.redeploys() ? engine::likely_length(service) : std::nullopt);
    all.emplace_back(std::move(object));
  }
  return all;
}

json::array group_and_service(const auto& pairs) {
  json::array all;
  for (const auto& pair : pairs) {
    all.push_back({{"group", json_text(pair.group_name)}, {"service", json_text(pair.service_name)}});
  }
  return all;
}

json::object reads(const engine::Outlook& outlook) {
  return {{"links", outlook.link_reads},
          {"deploys", outlook.deploy_reads},
          {"looks", outlook.looks},
          {"proof", outlook.proof_reads}};
}

json::value requests(const std::optional<engine::SurveyCounts>& made) {
  if (!made) return nullptr;
  return {{"owners", made->owners},
          {"services", made->services},
          {"groups", made->groups},
          {"group", made->group_reads},
          {"deploys", made->deploys},
          {"variables", made->variables},
          {"environments", made->environments},
          {"service", made->unlisted},
          {"repeated", made->repeated}};
}

std::string_view word_of(model::Unmanaged policy) {
  switch (policy) {
    case model::Unmanaged::keep:
      return "keep";
    case model::Unmanaged::report:
      return "report";
    case model::Unmanaged::remove:
      return "remove";
  }
  return "report";
}

json::array findings(const Plan& plan, const std::vector<plan::Finding>& some) {
  json::array all;
  for (const auto& finding : some) {
    const bool placed = finding.place.line > 0;
    all.push_back({{"id", json_text(finding.id)},
                   {"severity", to_string(finding.severity)},
                   {"subject", json_text(finding.subject)},
                   {"what", json_text(finding.what)},
                   {"cure", optional_text(finding.cure)},
                   {"variable", optional_text(finding.variable)},
                   {"policy", optional_text(finding.policy)},
                   {"file", placed ? optional_text(plan.file) : json::value(nullptr)},
                   {"line", placed ? json::value(finding.place.line) : json::value(nullptr)},
                   {"column", placed ? json::value(finding.place.column) : json::value(nullptr)}});
  }
  return all;
}

}  // namespace

std::string plan_json(const Plan& plan, const BesidePlan& beside) {
  json::array waves;
  for (const auto& wave : plan.waves) waves.emplace_back(names_of(plan, wave));
  const auto& forecast = plan.forecast;
  const auto outlook = engine::outlook(plan);
  json::object object{{"version", 1},
                      {"workspace", named(plan.owner.id.text(), plan.owner.name)},
                      {"file", json_text(plan.file)},
                      {"sha256", optional_text(beside.sha256)},
                      {"refused", plan.refused()},
                      {"empty", plan.empty()},
                      {"groups", groups(plan)},
                      {"links", links(plan)},
                      {"services", services(plan)},
                      {"waves", std::move(waves)},
                      {"unmanaged_policy", word_of(plan.unmanaged_policy)},
                      {"unmanaged", group_and_service(plan.unmanaged)},
                      {"findings", findings(plan, plan.findings)},
                      {"ignored", findings(plan, plan.ignored)},
                      {"forecast",
                       {{"link_writes", forecast.link_writes},
                        {"deploys", forecast.deploys},
                        {"critical_path_seconds", optional_seconds(forecast.critical_path)},
                        {"reads", reads(outlook)},
                        {"looks_known", outlook.looks_known},
                        {"wall_seconds", optional_seconds(outlook.wall)},
                        {"reads_at_least", outlook.reads_at_least},
                        {"wall_at_least_seconds", optional_seconds(outlook.at_least)}}},
                      {"left_behind", group_and_service(plan.left_behind)},
                      {"requests", requests(beside.reads)}};
  return pretty(object);
}

}  // namespace envlink::view
