#pragma once
// The fields of a stored plan in their order, listed once for writing, reading and the test. Private to this
// room. A new field is one line: `visit.later("name", service.name);`. It keeps its default where the text
// was written before there was such a field. `visit(…)` is for fields that every stored plan has.

#include <array>
#include <concepts>
#include <string_view>
#include <type_traits>

#include "plan/plan.h"
#include "plan/plan_snapshot.h"

namespace envlink::plan::stored {

/// The words that stand for an enumeration's values, in their order.
template <class Enum>
constexpr std::array<std::string_view, 0> words{};
template <>
inline constexpr auto words<Severity> = std::to_array<std::string_view>({"note", "warning", "error"});
template <>
inline constexpr auto words<LinkAction> = std::to_array<std::string_view>({"add", "remove"});
template <>
inline constexpr auto words<Reason> =
    std::to_array<std::string_view>({"none", "links_change", "stale", "requested", "undone"});
template <>
inline constexpr auto words<model::ServiceType> = std::to_array<std::string_view>(
    {"static_site", "web_service", "private_service", "background_worker", "cron_job", "unknown"});
template <>
inline constexpr auto words<model::Unmanaged> = std::to_array<std::string_view>({"keep", "report", "remove"});
template <>
inline constexpr auto words<model::Order> = std::to_array<std::string_view>({"dependencies", "listed"});
template <>
inline constexpr auto words<model::Gate> = std::to_array<std::string_view>({"started", "live", "healthy"});
template <>
inline constexpr auto words<model::OnFailure> =
    std::to_array<std::string_view>({"halt", "continue", "rollback"});
template <>
inline constexpr auto words<model::DeployChoice> =
    std::to_array<std::string_view>({"auto", "rebuild", "deploy_only"});
template <>
inline constexpr auto words<model::LinkMethod> =
    std::to_array<std::string_view>({"env-group", "service-patch"});

template <class T, class Struct>
concept Like = std::same_as<std::remove_const_t<T>, Struct>;

void fields(auto& visit, Like<Place> auto& place) {
  visit("line", place.line);
  visit("column", place.column);
}

void fields(auto& visit, Like<model::VariableCount> auto& count) {
  visit("number", count.number);
  visit("at_least", count.at_least);
  visit("place", count.place);
}

void fields(auto& visit, Like<model::Owner> auto& owner) {
  visit("id", owner.id);
  visit("name", owner.name);
  visit("type", owner.type);
}

void fields(auto& visit, Like<PlannedGroup> auto& group) {
  visit("id", group.id);
  visit("name", group.name);
  visit("variables", group.variables);
  visit("asked", group.asked);
}

void fields(auto& visit, Like<PlannedService> auto& service) {
  visit("id", service.id);
  visit("name", service.name);
  visit("type", service.type);
  visit("final_groups", service.final_groups);
  visit("linked_now", service.linked_now);
  visit("redeploy", service.redeploy);
  visit("because", service.because);
  visit("rebuild", service.rebuild);
  visit("rebuild_because", service.rebuild_because);
  visit("wave", service.wave);
  visit("waits_for", service.waits_for);
  visit("expected", service.expected);
  visit("known_deploys", service.known_deploys);
  visit("health_url", service.health_url);
  visit.later("live_deploy", service.live_deploy);
  visit.later("rollback_to", service.rollback_to);
  visit("usual", service.usual);
  visit.later("has_disk", service.has_disk);
  visit.later("auto_deploy", service.auto_deploy);
  visit.later("image_backed", service.image_backed);
}

void fields(auto& visit, Like<LinkChange> auto& link) {
  visit("action", link.action);
  visit("group", link.group);
  visit("group_name", link.group_name);
  visit("service", link.service);
}

void fields(auto& visit, Like<UnmanagedLink> auto& link) {
  visit("group_name", link.group_name);
  visit("service_name", link.service_name);
}

void fields(auto& visit, Like<LeftBehind> auto& left) {
  visit("group_name", left.group_name);
  visit("service_name", left.service_name);
}

void fields(auto& visit, Like<Finding> auto& finding) {
  visit("id", finding.id);
  visit("severity", finding.severity);
  visit("subject", finding.subject);
  visit("what", finding.what);
  visit("cure", finding.cure);
  visit("place", finding.place);
  visit.later("variable", finding.variable);
  visit.later("policy", finding.policy);
}

void fields(auto& visit, Like<model::RolloutSettings> auto& rollout) {
  visit("order", rollout.order);
  visit("gate", rollout.gate);
  visit("max_parallel", rollout.max_parallel);
  visit("on_failure", rollout.on_failure);
  visit("deploy", rollout.deploy);
  visit("poll_interval", rollout.poll_interval);
  visit("timeout", rollout.timeout);
}

void fields(auto& visit, Like<model::ApiSettings> auto& api) {
  visit("link_method", api.link_method);
  visit("min_interval", api.min_interval);
  visit("retries", api.retries);
  visit("backoff", api.backoff);
}

void fields(auto& visit, Like<Forecast> auto& forecast) {
  visit("link_writes", forecast.link_writes);
  visit("deploys", forecast.deploys);
  visit("critical_path", forecast.critical_path);
}

void fields(auto& visit, Like<Plan> auto& plan) {
  visit("owner", plan.owner);
  visit("file", plan.file);
  visit("groups", plan.groups);
  visit("services", plan.services);
  visit("links", plan.links);
  visit("waves", plan.waves);
  visit("unmanaged", plan.unmanaged);
  visit("findings", plan.findings);
  visit("unmanaged_policy", plan.unmanaged_policy);
  visit("rollout", plan.rollout);
  visit("api", plan.api);
  visit("forecast", plan.forecast);
  visit.later("undoes", plan.undoes);
  visit.later("left_behind", plan.left_behind);
  visit.later("ignored", plan.ignored);
}

void fields(auto& visit, Like<ServiceSnapshot> auto& service) {
  visit("id", service.id);
  visit("name", service.name);
  visit("type", service.type);
  visit("suspended", service.suspended);
  visit("newest_deploy", service.newest_deploy);
  visit("live_deploy", service.live_deploy);
}

void fields(auto& visit, Like<GroupSnapshot> auto& group) {
  visit("id", group.id);
  visit("name", group.name);
  visit("updated", group.updated);
  visit("links", group.links);
  visit("keys", group.keys);
}

void fields(auto& visit, Like<PlanSnapshot> auto& basis) {
  visit("services", basis.services);
  visit("groups", basis.groups);
}

}  // namespace envlink::plan::stored
