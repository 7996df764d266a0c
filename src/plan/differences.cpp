#include "plan/differences.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace envlink::plan {
namespace {

void add_missing(const model::Desired& desired, const Match& matched, const Links& links, std::size_t service,
                 std::vector<LinkChange>& changes) {
  for (const model::Word& name : desired.services[service].link) {
    const model::Group* group = matched.group_named(desired, name.text);
    if (group == nullptr || links.has(*group, matched.services[service]->id)) continue;
    changes.push_back({LinkAction::add, group->id, group->name, service});
  }
}

bool asks_for(const model::Desired& desired, const Match& matched, std::size_t service,
              const model::Group& group) {
  const auto& asked = desired.services[service].link;
  return std::any_of(asked.begin(), asked.end(), [&](const model::Word& name) {
    return matched.group_named(desired, name.text) == &group;
  });
}

}  // namespace

Differences differences(const model::Desired& desired, const Match& matched, const model::Workspace& actual,
                        const Links& links) {
  Differences result;
  std::unordered_set<ServiceId> named;
  std::unordered_map<ServiceId, const model::Service*> known;
  for (const model::Service& service : actual.services) known.emplace(service.id, &service);
  for (std::size_t i = 0; i < desired.services.size(); ++i) {
    if (matched.services[i] == nullptr) continue;
    named.insert(matched.services[i]->id);
    add_missing(desired, matched, links, i, result.changes);
    for (const model::Group* group : links.of(matched.services[i]->id)) {
      if (asks_for(desired, matched, i, *group)) continue;
      if (desired.unmanaged == model::Unmanaged::remove) {
        result.changes.push_back({LinkAction::remove, group->id, group->name, i});
      } else {
        result.unmanaged.push_back({group->name, matched.services[i]->name});
      }
    }
  }
  for (const model::Group* group : matched.groups) {
    if (group == nullptr) continue;
    for (const ServiceId& service : group->links) {
      if (named.contains(service)) continue;
      const auto other = known.find(service);
      result.unmanaged.push_back({group->name, other != known.end() ? other->second->name : service.text()});
    }
  }
  if (desired.unmanaged == model::Unmanaged::keep) result.unmanaged.clear();
  return result;
}

std::vector<const model::Group*> groups_after(const model::Desired& desired, const Match& matched,
                                              const model::Workspace&, std::size_t service) {
  std::vector<const model::Group*> groups;
  if (desired.unmanaged != model::Unmanaged::remove)
    groups = matched.linked_to(matched.services[service]->id);
  for (const model::Word& name : desired.services[service].link) {
    if (const model::Group* group = matched.group_named(desired, name.text)) groups.push_back(group);
  }
  std::ranges::sort(groups);  // in the order of the workspace, whose vector they point into
  const auto twice = std::ranges::unique(groups);
  groups.erase(twice.begin(), twice.end());
  return groups;
}

}  // namespace envlink::plan
