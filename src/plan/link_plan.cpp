#include "plan/link_plan.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/text.h"
#include "plan/checks/checks.h"

namespace envlink::plan {
namespace {

std::vector<GroupId> groups_after(const model::Workspace& actual, const model::Service& service,
                                  const model::Group& changed, bool linked) {
  std::vector<GroupId> groups;
  for (const model::Group& group : actual.groups) {
    if (&group == &changed ? linked : group.links_to(service.id)) groups.push_back(group.id);
  }
  return groups;
}

}  // namespace

Plan link_plan(const model::Desired& named, const model::Workspace& actual, LinkAction action) {
  const Context context(named, actual);
  Plan plan;
  plan.owner = actual.owner;
  plan.file = named.file;
  plan.unmanaged_policy = model::Unmanaged::keep;
  plan.api = named.api;
  plan.findings = context.match.findings;
  if (plan.refused() || context.match.groups.empty()) return plan;
  const model::Group& group = *context.match.groups.front();
  const bool add = action == LinkAction::add;
  if (add) check_group_scopes({context}, plan.findings);
  for (const model::Service* service : context.match.services) {
    PlannedService planned;
    planned.id = service->id;
    planned.name = service->name;
    planned.type = service->type;
    planned.final_groups = groups_after(actual, *service, group, add);
    if (group.links_to(service->id) == add) {
      if (add) planned.linked_now = {group.name};
    } else {
      plan.links.push_back({action, group.id, group.name, plan.services.size()});
    }
    plan.services.push_back(std::move(planned));
  }
  plan.forecast.link_writes = plan.links.size();
  if (plan.links.empty()) return plan;
  plan.findings.push_back(
      make_finding("not-deployed", subject_of(group),
                   "nothing is deployed: what runs stays as it is until each service's next deploy",
                   "to deploy them in order: envlink apply, where the file names them"));
  return plan;
}

}  // namespace envlink::plan
