#pragma once
// Which group and which service of the workspace each name in the file means.

#include <string>
#include <unordered_map>
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

  /// By its name in the file; nullptr: it was not found.
  const model::Group* group_named(const std::string& name) const;
};

/// Names match exactly; an id may stand in a name's place; beside a name it must belong to it. Previews never
/// match.
Match match(const model::Desired& desired, const model::Workspace& actual);

}  // namespace envlink::plan
