#pragma once
// The fields of a stored plan and its snapshot, in their stored order (json/fields.h). Only for src/plan
// and tests. A new field is one line: `visit.later("name", service.name);`.

#include <string>

#include "json/reader.h"
#include "json/writer.h"
#include "plan/plan.h"
#include "plan/plan_snapshot.h"

namespace envlink {

void fields(auto& visit, json::Like<Place> auto& place) {
  visit("line", place.line);
  visit("column", place.column);
}

}  // namespace envlink

namespace envlink::model {

void fields(auto& visit, json::Like<VariableCount> auto& count) {
  visit("number", count.number);
  visit("at_least", count.at_least);
  visit("place", count.place);
}

void fields(auto& visit, json::Like<Owner> auto& owner) {
  visit("id", owner.id);
  visit("name", owner.name);
  visit("type", owner.type);
}

void fields(auto& visit, json::Like<RolloutSettings> auto& rollout) {
  visit("order", rollout.order);
  visit("gate", rollout.gate);
  visit("max_parallel", rollout.max_parallel);
  visit("on_failure", rollout.on_failure);
  visit("deploy", rollout.deploy);
  visit.later("unknown", rollout.unknown);
  visit("poll_interval", rollout.poll_interval);
  visit("timeout", rollout.timeout);
  visit.later("suspended", rollout.suspended);
  visit.if_any("hold", rollout.hold);
}

void fields(auto& visit, json::Like<ApiSettings> auto& api) {
  visit("link_method", api.link_method);
  visit("min_interval", api.min_interval);
  visit("retries", api.retries);
  visit("backoff", api.backoff);
}

}  // namespace envlink::model

namespace envlink::plan {

void fields(auto& visit, json::Like<ValueSource> auto& source) {
  visit("origin", source.origin);
  visit.if_any("name", source.name);
  visit.if_any("files", source.files);
}

void fields(auto& visit, json::Like<PlannedGroup> auto& group) {
  visit("id", group.id);
  visit("name", group.name);
  visit("variables", group.variables);
  visit("asked", group.asked);
  visit.later("secret_files", group.secret_files);
  visit.if_any("unchanged", group.unchanged);
  visit.if_any("values_from", group.values_from);
}

void fields(auto& visit, json::Like<PlannedService> auto& service) {
  visit("id", service.id);
  visit("name", service.name);
  visit("type", service.type);
  visit("final_groups", service.final_groups);
  visit("linked_now", service.linked_now);
  visit("redeploy", service.redeploy);
  visit("because", service.because);
  visit.later("unproven", service.unproven);
  visit("rebuild", service.rebuild);
  visit("rebuild_because", service.rebuild_because);
  visit("wave", service.wave);
  visit("waits_for", service.waits_for);
  visit("expected_duration", service.expected_duration);
  visit("known_deploys", service.known_deploys);
  visit("health_url", service.health_url);
  visit.later("live_deploy", service.live_deploy);
  visit.later("rollback_to", service.rollback_to);
  visit("median_duration", service.median_duration);
  visit.later("has_disk", service.has_disk);
  visit.later("auto_deploy", service.auto_deploy);
  visit.later("image_backed", service.image_backed);
  visit.if_any("after", service.after);
  visit.if_any("dashboard_url", service.dashboard_url);
  visit.if_any("deploys_unread", service.deploys_unread);
  visit.if_any("hold", service.hold);
  visit.if_any("auto_deploy_was", service.auto_deploy_was);
}

void fields(auto& visit, json::Like<LinkChange> auto& link) {
  visit("action", link.action);
  visit("group", link.group);
  visit("group_name", link.group_name);
  visit("service", link.service);
}

void fields(auto& visit, json::Like<NewGroup> auto& group) {
  visit("id", group.id);
  visit("name", group.name);
  visit.if_any("environment", group.environment);
  visit.if_any("replaces", group.replaces);
  visit.if_any("replaced_links", group.replaced_links);
  visit.if_any("lost", group.lost);
}

void fields(auto& visit, json::Like<ValueChange> auto& value) {
  visit("action", value.action);
  visit("group", value.group);
  visit("group_name", value.group_name);
  visit("key", value.key);
  visit("exists", value.exists);
  visit.if_any("before", value.before);
  visit.if_any("after", value.after);
}

void fields(auto& visit, json::Like<UnmanagedLink> auto& link) {
  visit("group_name", link.group_name);
  visit("service_name", link.service_name);
}

void fields(auto& visit, json::Like<StaleConsumer> auto& left) {
  visit("group_name", left.group_name);
  visit("service_name", left.service_name);
}

void fields(auto& visit, json::Like<Companion> auto& companion) {
  visit("service_name", companion.service_name);
  visit("needed_by", companion.needed_by);
}

void fields(auto& visit, json::Like<Only> auto& only) {
  visit("words", only.words);
  visit("in_file", only.in_file);
  visit("selected", only.selected);
  visit("with", only.with);
  visit("left_out", only.left_out);
}

void fields(auto& visit, json::Like<Finding> auto& finding) {
  visit("id", finding.id);
  visit("severity", finding.severity);
  visit("subject", finding.subject);
  visit("what", finding.what);
  visit("cure", finding.cure);
  visit("place", finding.place);
  visit.later("variable", finding.variable);
  visit.later("policy", finding.policy);
  visit.if_any("other", finding.other);
}

void fields(auto& visit, json::Like<Plan> auto& plan) {
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
  visit.later("undoes", plan.undoes);
  visit.later("stale_consumers", plan.stale_consumers);
  visit.later("ignored", plan.ignored);
  visit.later("journal_unreadable", plan.journal_unreadable);
  visit.if_any("new_group", plan.new_group);
  visit.if_any("values", plan.values);
  visit.if_any("digest_key", plan.digest_key);
  visit.if_any("keeps_undo", plan.keeps_undo);
  visit.if_any("only", plan.only);
}

void fields(auto& visit, json::Like<ServiceSnapshot> auto& service) {
  visit("id", service.id);
  visit("name", service.name);
  visit("type", service.type);
  visit("suspended", service.suspended);
  visit("newest_deploy", service.newest_deploy);
  visit("live_deploy", service.live_deploy);
}

void fields(auto& visit, json::Like<GroupSnapshot> auto& group) {
  visit("id", group.id);
  visit("name", group.name);
  visit("updated", group.updated);
  visit("links", group.links);
  visit("keys", group.keys);
}

void fields(auto& visit, json::Like<PlanSnapshot> auto& basis) {
  visit("services", basis.services);
  visit("groups", basis.groups);
}

void write_stored(json::Writer& out, const Plan& plan);
/// Fails with the reason, one clause.
tl::expected<Plan, std::string> read_stored(const json::Value& value);

/// File names may contain any bytes.
inline constexpr json::Limits stored_limits{.depth = 24, .any_bytes = true};

}  // namespace envlink::plan
