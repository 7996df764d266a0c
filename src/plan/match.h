#pragma once
// Which group and which service of the workspace each name in the file means.

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "model/desired.h"
#include "model/workspace.h"
#include "plan/plan.h"

namespace envlink::plan {

/// The services that a word of the command line may mean: the one that the file pins under that name, or all
/// of that name or id.
std::vector<const model::Service*> services_called(const model::Workspace& actual, std::string_view word,
                                                   const model::Desired& desired);
/// That one; where there is none, or several, the error says so, with the nearest or with all of them.
Result<const model::Service*> service_called(const model::Workspace& actual, std::string_view word,
                                             const model::Desired& desired);

struct Match {
  std::vector<const model::Group*>
      groups;  // parallel to desired.groups; nullptr: none, and a finding says why
  std::vector<const model::Service*> services;  // parallel to desired.services
  std::vector<Finding> findings;
  std::set<EnvironmentId> environments;  // of the candidates where a name may mean several

  std::unordered_map<std::string, std::size_t> group_places;  // by their names in the file

  /// By its name in the file; nullptr: it was not found.
  const model::Group* group_named(const std::string& name) const;
  /// Of a name of the file that means nothing: "was not found" or "may mean several groups". `noun`: group or
  /// service.
  std::string why_not(std::string_view noun, std::string_view name) const;
};

/// Names match exactly; an id may stand in a name's place; beside a name it must belong to it. Previews never
/// match.
Match match(const model::Desired& desired, const model::Workspace& actual);

}  // namespace envlink::plan
