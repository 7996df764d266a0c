#pragma once
// Which group and which service of the workspace each name in the file means.

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/desired.h"
#include "model/workspace.h"
#include "plan/plan.h"

namespace envlink::plan {

struct Match {
  std::vector<const model::Group*>
      groups;  // parallel to desired.groups; nullptr: none, and a finding says why
  std::vector<const model::Service*> services;  // parallel to desired.services
  std::vector<Finding> findings;

  std::unordered_map<std::string, std::size_t> group_places;  // by their names in the file
  /// Every link of the workspace, by service.
  using Link = std::pair<std::string_view, const model::Group*>;
  std::vector<Link> links;

  const model::Group* group_named(const model::Desired& desired, const std::string& name) const;
  /// The groups that show the service, in the workspace's order.
  std::vector<const model::Group*> linked_to(const ServiceId& service) const;
};

/// Names match exactly; an id may stand in a name's place; beside a name it must belong to it. Previews never
/// match.
Match match(const model::Desired& desired, const model::Workspace& actual);

}  // namespace envlink::plan
