#include "plan/reading.h"

#include <algorithm>
#include <unordered_set>

#include "plan/differences.h"
#include "plan/freshness.h"
#include "plan/links.h"
#include "plan/requested.h"

namespace envlink::plan {

std::vector<std::size_t> services_to_read(const model::Desired& desired, const Match& matched,
                                          const model::Workspace& actual, const Extra& extra) {
  const Links links(actual, extra.remembered);
  const std::vector<LinkChange> changes = differences(desired, matched, actual, links).changes;
  const Requested requested(extra);
  std::vector<std::size_t> services;
  for (std::size_t i = 0; i < desired.services.size(); ++i) {
    if (matched.services[i] == nullptr) continue;
    const bool relinked = std::ranges::binary_search(changes, i, {}, &LinkChange::service);
    const auto groups = groups_after(desired, matched, actual, i);
    if (relinked || !desired.services[i].require.empty() ||
        requested.names(desired.services[i], *matched.services[i]) ||
        judge(*matched.services[i], groups, actual, links).freshness == Freshness::stale) {
      services.push_back(i);
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

std::set<const model::Group*> groups_to_explain(const model::Desired& desired, const model::Workspace& actual,
                                                const model::Service& service) {
  std::set<const model::Group*> groups;
  for (const model::Group& group : actual.groups) {
    if (group.links_to(service.id)) groups.insert(&group);
  }
  const Match matched = match(desired, actual);
  for (std::size_t i = 0; i < desired.services.size(); ++i) {
    if (matched.services[i] != &service) continue;
    for (const model::Word& name : desired.services[i].link) {
      if (const model::Group* group = matched.group_named(desired, name.text)) groups.insert(group);
    }
  }
  return groups;
}

}  // namespace envlink::plan
