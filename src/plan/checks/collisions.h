#pragma once
// The same key from two sides: two groups of a service, or a group and the service itself.

#include <string>
#include <vector>

#include "model/workspace.h"
#include "plan/finding.h"

namespace envlink::plan {

/// A service with all that reaches it.
struct Receiver {
  const model::Service& service;
  std::vector<const model::Group*> groups;
  std::vector<const model::Group*> linked;              // those of them that are linked already
  const std::vector<model::Variable>* own = nullptr;    // nullptr: not read
  const std::vector<std::string>* own_files = nullptr;  // names; nullptr: not read
  Place place{};                                        // in the file
};

/// A finding for each key that it gets from several.
void add_collisions(const Receiver& receiver, std::vector<Finding>& findings);

}  // namespace envlink::plan
