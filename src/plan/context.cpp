#include "plan/context.h"

#include <algorithm>
#include <ranges>
#include <unordered_map>
#include <unordered_set>

namespace envlink::plan {

Links::Links(const model::Workspace& actual) {
  for (const model::Group& group : actual.groups) {
    for (const ServiceId& service : group.links) {
      auto& groups = groups_[service];
      if (groups.empty() || groups.back() != &group) groups.push_back(&group);
    }
  }
}

const std::vector<const model::Group*>& Links::of(const ServiceId& service) const {
  static const std::vector<const model::Group*> none;
  const auto found = groups_.find(service);
  return found == groups_.end() ? none : found->second;
}

bool Links::has(const model::Group& group, const ServiceId& service) const {
  const auto& groups = of(service);
  return std::find(groups.begin(), groups.end(), &group) != groups.end();
}

Context::Context(const model::Desired& desired_, const model::Workspace& actual_, const History& history_)
    : desired(desired_),
      actual(actual_),
      history(history_),
      match(plan::match(desired_, actual_)),
      links(actual_) {}

std::vector<const model::Group*> Context::asked_groups(std::size_t service) const {
  std::vector<const model::Group*> groups;
  for (const SourceString& name : desired.services[service].link) {
    if (const model::Group* group = match.group_named(name.text)) groups.push_back(group);
  }
  return groups;
}

bool Context::rests(std::size_t service) const {
  const model::Service* found = match.services[service];
  return found != nullptr && found->suspended && desired.rollout.suspended != model::OnSuspended::refuse;
}

bool Context::is_skipped(std::size_t service) const {
  return rests(service) && desired.rollout.suspended == model::OnSuspended::skip;
}

std::vector<const model::Group*> Context::groups_after(std::size_t service) const {
  std::vector<const model::Group*> groups = asked_groups(service);
  if (desired.unmanaged != model::Unmanaged::remove) {
    const auto& linked = links.of(match.services[service]->id);
    groups.insert(groups.end(), linked.begin(), linked.end());
  }
  std::ranges::sort(groups);  // back to the workspace's order: the pointers lead into its vector
  const auto twice = std::ranges::unique(groups);
  groups.erase(twice.begin(), twice.end());
  return groups;
}

std::vector<const model::Group*> Context::groups_around(std::size_t index) const {
  const ServiceId& service = match.services[index]->id;
  std::vector<const model::Group*> groups = groups_after(index);
  const auto& linked = links.of(service);
  groups.insert(groups.end(), linked.begin(), linked.end());
  const model::Deploy* live = model::live_of(actual.deploys_of(service));
  for (const model::Group& group : actual.groups) {
    if (history.may_carry_unlinked(service, live, group.id)) groups.push_back(&group);
  }
  std::ranges::sort(groups);
  const auto twice = std::ranges::unique(groups);
  groups.erase(twice.begin(), twice.end());
  return groups;
}

Differences differences(const Context& context) {
  Differences result;
  const bool remove = context.desired.unmanaged == model::Unmanaged::remove;
  std::unordered_set<ServiceId> named;
  for (std::size_t i = 0; i < context.desired.services.size(); ++i) {
    const model::Service* service = context.match.services[i];
    if (service == nullptr) continue;
    named.insert(service->id);
    if (context.is_skipped(i)) continue;
    const auto asked = context.asked_groups(i);
    for (const model::Group* group : asked) {
      if (context.links.has(*group, service->id)) continue;
      result.changes.push_back({LinkAction::add, group->id, group->label(), i});
    }
    for (const model::Group* group : context.links.of(service->id)) {
      if (std::ranges::find(asked, group) != asked.end()) continue;
      if (remove) {
        result.changes.push_back({LinkAction::remove, group->id, group->label(), i});
      } else {
        result.unmanaged.push_back({group->label(), service->label()});
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
      result.unmanaged.push_back(
          {group->label(), other != known.end() ? other->second->label() : service.text()});
    }
  }
  if (context.desired.unmanaged == model::Unmanaged::keep) result.unmanaged.clear();
  return result;
}

}  // namespace envlink::plan
