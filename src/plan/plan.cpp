#include "plan/plan.h"

#include <algorithm>

namespace envlink::plan {

void Plan::name_new_group(const GroupId& id) {
  if (!new_group) return;
  const auto give = [&](GroupId& place) {
    if (place == not_made) place = id;
  };
  give(new_group->id);
  for (PlannedGroup& group : groups) give(group.id);
  for (ValueChange& value : values) give(value.group);
  for (LinkChange& link : links) give(link.group);
  for (PlannedService& service : services) std::ranges::for_each(service.final_groups, give);
}

bool Plan::refused() const {
  return has_error(findings);
}

bool Plan::empty() const {
  return !new_group && values.empty() && links.empty() &&
         std::ranges::none_of(services, [](const PlannedService& one) {
           return one.redeploys() || !one.auto_deploy_was.empty();
         });
}

std::size_t Plan::deploys() const {
  return static_cast<std::size_t>(std::ranges::count_if(services, &PlannedService::redeploys));
}

const Finding* Plan::blocking_dependency() const {
  const auto found = std::ranges::find_if(findings, [](const Finding& one) {
    return one.id == "dependency-deploying" && one.severity != Severity::note;
  });
  return found == findings.end() ? nullptr : &*found;
}

}  // namespace envlink::plan
