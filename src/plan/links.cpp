#include "plan/links.h"

#include <algorithm>

namespace envlink::plan {

Links::Links(const model::Workspace& actual, const std::vector<RememberedLink>& remembered) {
  for (const model::Group& group : actual.groups) {
    for (const ServiceId& service : group.links) {
      auto& groups = groups_[service];
      if (groups.empty() || groups.back() != &group) groups.push_back(&group);
    }
  }
  for (const RememberedLink& link : remembered) {
    const auto [known, is_new] = last_change_.emplace(link.service, link.at);
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
  const auto found = last_change_.find(service);
  return found == last_change_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace envlink::plan
