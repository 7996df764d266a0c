#include "plan/plan_snapshot.h"

#include <algorithm>
#include <map>
#include <set>

namespace envlink::plan {
namespace {

std::set<GroupId> named_groups(const Plan& plan) {
  std::set<GroupId> groups;
  for (const PlannedGroup& group : plan.groups) groups.insert(group.id);
  for (const LinkChange& link : plan.links) groups.insert(link.group);
  for (const PlannedService& service : plan.services) {
    groups.insert(service.final_groups.begin(), service.final_groups.end());
  }
  return groups;
}

ServiceSnapshot of_service(const model::Service& service, const model::Workspace& actual) {
  ServiceSnapshot basis{service.id, service.name, service.type, service.suspended, {}, {}};
  const std::vector<model::Deploy>& deploys = actual.deploys_of(service.id);
  if (!deploys.empty()) basis.newest_deploy = deploys.front().id;
  if (const model::Deploy* live = model::live_of(deploys)) basis.live_deploy = live->id;
  return basis;
}

}  // namespace

PlanSnapshot snapshot_of(const Plan& plan, const model::Workspace& actual) {
  PlanSnapshot basis;
  std::map<ServiceId, const model::Service*> services;
  for (const model::Service& service : actual.services) services.emplace(service.id, &service);
  std::set<ServiceId> planned;
  for (const PlannedService& service : plan.services) {
    planned.insert(service.id);
    if (const auto found = services.find(service.id); found != services.end()) {
      basis.services.push_back(of_service(*found->second, actual));
    }
  }
  const std::set<GroupId> named = named_groups(plan);
  for (const model::Group& group : actual.groups) {
    GroupSnapshot one{group.id, group.name, {}, {}, {}};
    if (group.variables) one.keys = model::keys_of(*group.variables);
    if (group.updated) one.updated = format_rfc3339(*group.updated);
    if (one.keys) std::sort(one.keys->begin(), one.keys->end());
    std::copy_if(group.links.begin(), group.links.end(), std::back_inserter(one.links),
                 [&](const ServiceId& service) { return planned.contains(service); });
    std::sort(one.links.begin(), one.links.end());
    if (named.contains(group.id) || !one.links.empty()) basis.groups.push_back(std::move(one));
  }
  std::ranges::sort(basis.groups, {}, &GroupSnapshot::id);
  return basis;
}

}  // namespace envlink::plan
