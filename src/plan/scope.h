#pragma once
// A group that belongs to an environment can be linked only to services of it.

#include <vector>

#include "plan/context.h"
#include "plan/plan.h"

namespace envlink::plan {

/// Links that the file asks for, that are not there, and that cannot be made.
std::vector<Finding> check_scopes(const Context& context);

}  // namespace envlink::plan
