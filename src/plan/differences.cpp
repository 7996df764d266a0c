#include "plan/differences.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace envlink::plan {
Differences differences(const Context& context) {
  Differences result;
  const bool remove = context.desired.unmanaged == model::Unmanaged::remove;
  std::unordered_set<ServiceId> named;
  for (std::size_t i = 0; i < context.desired.services.size(); ++i) {
    const model::Service* service = context.match.services[i];
    if (service == nullptr) continue;
    named.insert(service->id);
    const auto asked = context.asked_groups(i);
    for (const model::Group* group : asked) {
      if (context.links.has(*group, service->id)) continue;
      result.changes.push_back({LinkAction::add, group->id, group->name, i});
    }
    for (const model::Group* group : context.links.of(service->id)) {
      if (std::ranges::find(asked, group) != asked.end()) continue;
      if (remove) {
        result.changes.push_back({LinkAction::remove, group->id, group->name, i});
      } else {
        result.unmanaged.push_back({group->name, service->name});
      }
    }
  }
  std::unordered_map<ServiceId, const model::Service*> known;
  for (const model::Service& service : context.actual.services) known.emplace(service.id, &service);
  for (const model::Group* group : context.match.groups) {
    if (group == nullptr) continue;
    for (const ServiceId& service : group->links) {
      if (named.contains(service)) continue;
      const auto other = known.find(service);
      result.unmanaged.push_back({group->name, other != known.end() ? other->second->name : service.text()});
    }
  }
  if (context.desired.unmanaged == model::Unmanaged::keep) result.unmanaged.clear();
  return result;
}

}  // namespace envlink::plan
