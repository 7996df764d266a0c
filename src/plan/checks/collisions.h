#pragma once
// Keys that a service gets from two places: from two groups, or from a group and its own variables.

#include <string>
#include <vector>

#include "model/workspace.h"
#include "plan/finding.h"

namespace envlink::plan {

/// A service and everything that it gets variables from.
struct Receiver {
  const model::Service& service;
  std::vector<const model::Group*> groups;
  std::vector<const model::Group*> linked;              // those of `groups` that are already linked
  const std::vector<model::Variable>* own = nullptr;    // nullptr: not read
  const std::vector<std::string>* own_files = nullptr;  // names; nullptr: not read
  Place place{};                                        // in the file
};

/// Adds a finding for each key with several sources.
void add_collisions(const Receiver& receiver, std::vector<Finding>& findings);

}  // namespace envlink::plan
