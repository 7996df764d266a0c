#pragma once
// Finds the group or service of the workspace that each name in the file means.

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

/// The services that a word on the command line may mean: the one that the file pins under that name, or
/// all with that name or id.
std::vector<const model::Service*> services_called(const model::Workspace& actual, std::string_view word,
                                                   const model::Desired& desired);
/// The only such service. Otherwise the error suggests the nearest name, or lists all candidates.
Result<const model::Service*> service_called(const model::Workspace& actual, std::string_view word,
                                             const model::Desired& desired);

struct Match {
  std::vector<const model::Group*>
      groups;  // parallel to desired.groups; nullptr: not found, a finding says why
  std::vector<const model::Service*> services;  // parallel to desired.services; nullptr as above
  std::vector<Finding> findings;
  std::set<EnvironmentId> environments;  // of the candidates for ambiguous names

  std::unordered_map<std::string, std::size_t> group_places;  // index in `groups` by name in the file

  /// By its name in the file; nullptr: not found.
  const model::Group* group_named(const std::string& name) const;
  /// Why a name in the file has no match: "was not found", "may mean several groups". `noun`: group or
  /// service.
  std::string why_not(std::string_view noun, std::string_view name) const;
};

/// Names match exactly. A file entry may give an id instead of a name; with both, the id must belong to the
/// name. Previews never match.
Match match(const model::Desired& desired, const model::Workspace& actual);

}  // namespace envlink::plan
