#include "plan/fetch_scope.h"

#include <algorithm>
#include <unordered_set>

#include "plan/checks/checks.h"
#include "plan/context.h"
#include "plan/plan_options.h"
#include "plan/status.h"
#include "plan/values.h"

namespace envlink::plan {

std::vector<ServiceToRead> services_to_read(const Context& context, const PlanOptions& options) {
  const std::vector<LinkChange> changes = differences(context).changes;
  const RedeploySelection requested(options, context.desired);
  const std::vector<ValueChange> values =
      compare_values(resolve_values(options.values, context.match, context.actual), context.actual).changes;
  std::vector<ServiceToRead> services;
  for (std::size_t i = 0; i < context.desired.services.size(); ++i) {
    if (context.match.services[i] == nullptr) continue;
    const model::Service& service = *context.match.services[i];
    const model::DesiredService& wanted = context.desired.services[i];
    const bool relinked = std::ranges::binary_search(changes, i, {}, &LinkChange::service);
    const auto groups = context.groups_after(i);
    if (relinked || !wanted.require.empty() || requested.names(wanted, service) ||
        consumes(context, values, i) || redeploys_for_freshness(context, i, assess_service(context, i))) {
      const auto missing = missing_keys(wanted.require, &service, groups, nullptr, nullptr);
      const auto files = std::ranges::count_if(missing, model::is_file_key, &SourceString::text);
      const bool may_collide = std::ranges::any_of(groups, [](const model::Group* group) {
        return !group->variables || !group->secret_files.empty();
      });
      services.push_back({.index = i,
                          .required = std::ssize(missing) > files,
                          .files = files > 0 || may_collide,
                          .files_required = files > 0});
    }
  }
  return services;
}

std::set<ServiceId> services_to_list_later(const Context& context, const PlanOptions& options,
                                           std::size_t most) {
  std::set<ServiceId> later;
  if (!options.values.empty() || options.redeploy_all) return later;
  std::size_t listed = 0;
  std::optional<std::size_t> last;
  for (const LinkChange& change : differences(context).changes) {
    if (last == change.service) continue;
    last = change.service;
    if (context.rests(change.service) || ++listed <= most) continue;
    later.insert(context.match.services[change.service]->id);
  }
  return later;
}

std::set<EnvironmentId> environments_to_read(const Match& matched) {
  std::set<EnvironmentId> environments = matched.environments;
  for (const model::Group* group : matched.groups) {
    if (group != nullptr && group->environment) environments.insert(*group->environment);
  }
  for (const model::Service* service : matched.services) {
    if (service != nullptr && service->environment) environments.insert(*service->environment);
  }
  return environments;
}

std::set<EnvironmentId> environments_of(const std::vector<const model::Service*>& services) {
  std::set<EnvironmentId> environments;
  for (const model::Service* service : services) {
    if (service->environment) environments.insert(*service->environment);
  }
  return environments;
}

std::set<EnvironmentId> environments_of(const model::Workspace& workspace) {
  std::set<EnvironmentId> environments;
  for (const model::Service& service : workspace.services) {
    if (service.environment) environments.insert(*service.environment);
  }
  for (const model::Group& group : workspace.groups) {
    if (group.environment) environments.insert(*group.environment);
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
