#pragma once
// The same key from two sides: two groups of a service, or a group and the service itself.

#include <vector>

#include "plan/context.h"
#include "plan/plan.h"

namespace envlink::plan {

/// As it will be after the plan. Different values are an error where the plan makes one of the links, and a
/// warning where all are there already.
std::vector<Finding> check_collisions(const Context& context);

}  // namespace envlink::plan
