#include "plan/fetch_scope.h"

#include <algorithm>
#include <unordered_set>

#include "plan/checks/checks.h"
#include "plan/context.h"
#include "plan/plan_options.h"
#include "plan/status.h"

namespace envlink::plan {

std::vector<ServiceToRead> services_to_read(const Context& context, const PlanOptions& options) {
  const std::vector<LinkChange> changes = differences(context).changes;
  const RedeploySelection requested(options);
  std::vector<ServiceToRead> services;
  for (std::size_t i = 0; i < context.desired.services.size(); ++i) {
    if (context.match.services[i] == nullptr) continue;
    const model::Service& service = *context.match.services[i];
    const model::DesiredService& wanted = context.desired.services[i];
    const bool relinked = std::ranges::binary_search(changes, i, {}, &LinkChange::service);
    const auto groups = context.groups_after(i);
    if (relinked || !wanted.require.empty() || requested.names(wanted, service) ||
        assess_freshness(context, service, groups, context.links.last_change(service.id)).freshness ==
            Freshness::stale) {
      services.push_back({i, !missing_keys(wanted.require, &service, groups, nullptr).empty()});
    }
  }
  return services;
}

std::set<EnvironmentId> environments_to_read(const Match& matched) {
  std::set<EnvironmentId> environments;
  for (const model::Group* group : matched.groups) {
    if (group != nullptr && group->environment) environments.insert(*group->environment);
  }
  for (const model::Service* service : matched.services) {
    if (service != nullptr && service->environment) environments.insert(*service->environment);
  }
  return environments;
}

std::set<ServiceId> services_to_look_up(const Match& matched, const model::Workspace& actual) {
  std::unordered_set<ServiceId> listed;
  for (const model::Service& service : actual.services) listed.insert(service.id);
  std::set<ServiceId> services;
  for (const model::Group* group : matched.groups) {
    if (group == nullptr) continue;
    for (const ServiceId& service : group->links) {
      if (services.size() == most_looked_up) return services;
      if (!listed.contains(service)) services.insert(service);
    }
  }
  return services;
}

std::vector<std::string> services_to_find(const model::Desired& desired, const Match& matched) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < desired.services.size() && words.size() < most_looked_up; ++i) {
    const model::DesiredService& wanted = desired.services[i];
    if (matched.services[i] == nullptr) words.push_back(wanted.id ? wanted.id->text : wanted.name.text);
  }
  return words;
}

std::set<const model::Group*> groups_to_explain(const Context& context, const model::Service& service) {
  const auto& linked = context.links.of(service.id);
  std::set<const model::Group*> groups(linked.begin(), linked.end());
  for (std::size_t i = 0; i < context.desired.services.size(); ++i) {
    if (context.match.services[i] != &service) continue;
    const auto asked = context.asked_groups(i);
    groups.insert(asked.begin(), asked.end());
  }
  return groups;
}

}  // namespace envlink::plan
