#include "plan/context.h"

#include <algorithm>
#include <ranges>
#include <unordered_map>
#include <unordered_set>

namespace envlink::plan {

Links::Links(const model::Workspace& actual, const std::vector<RememberedLink>& remembered) {
  for (const model::Group& group : actual.groups) {
    for (const ServiceId& service : group.links) {
      auto& groups = groups_[service];
      if (groups.empty() || groups.back() != &group) groups.push_back(&group);
    }
  }
  for (const RememberedLink& link : remembered) {
    const auto [known, is_new] = changes_[link.service].emplace(link.group, link.at);
    if (!is_new) known->second = std::max(known->second, link.at);
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

std::optional<Time> Links::last_change(const ServiceId& service) const {
  const auto changes = changes_.find(service);
  if (changes == changes_.end()) return std::nullopt;
  return std::ranges::max(changes->second | std::views::values);
}

std::optional<Time> Links::last_change(const ServiceId& service, const GroupId& group) const {
  const auto changes = changes_.find(service);
  if (changes == changes_.end()) return std::nullopt;
  const auto change = changes->second.find(group);
  return change == changes->second.end() ? std::nullopt : std::optional(change->second);
}

Context::Context(const model::Desired& desired_, const model::Workspace& actual_,
                 const std::vector<RememberedLink>& remembered)
    : desired(desired_), actual(actual_), match(plan::match(desired_, actual_)), links(actual_, remembered) {}

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
  std::ranges::sort(groups);  // in the order of the workspace, whose vector they point into
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
