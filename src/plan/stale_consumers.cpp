#include "plan/stale_consumers.h"

#include <set>
#include <unordered_map>

namespace envlink::plan {
namespace {

bool runs_older_values(const model::Group& group, const ServiceId& service, const model::Workspace& actual) {
  if (!group.updated) return false;
  const model::Deploy* live = model::live_of(actual.deploys_of(service));
  const auto since = live == nullptr ? std::nullopt : model::began(*live);
  return since && *since < *group.updated;
}

std::set<const model::Group*> changed_groups(const Context& context, const Plan& plan) {
  std::set<const model::Group*> changed;
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    const PlannedService& service = plan.services[i];
    if (!service.redeploys()) continue;
    const std::set<std::string> linked(service.linked_now.begin(), service.linked_now.end());
    for (const model::Group* group : context.asked_groups(i)) {
      if (!linked.contains(group->name)) continue;
      if (service.redeploy == Reason::requested || runs_older_values(*group, service.id, context.actual)) {
        changed.insert(group);
      }
    }
  }
  return changed;
}

}  // namespace

std::vector<LeftBehind> stale_consumers(const Context& context, const Plan& plan) {
  const auto changed = changed_groups(context, plan);
  if (changed.empty()) return {};
  std::set<ServiceId> planned;
  for (const PlannedService& service : plan.services) planned.insert(service.id);
  std::unordered_map<ServiceId, const model::Service*> known;
  for (const model::Service& service : context.actual.services) known.emplace(service.id, &service);
  std::vector<LeftBehind> left;
  for (const model::Group* group : context.match.groups) {
    if (!changed.contains(group)) continue;
    for (const ServiceId& id : group->links) {
      if (planned.contains(id)) continue;
      const auto service = known.find(id);
      left.push_back({group->name, service == known.end() ? id.text() : service->second->name});
    }
  }
  return left;
}

}  // namespace envlink::plan
