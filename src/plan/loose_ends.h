#pragma once
// What the file and the workspace leave over: groups that nobody links, links that lead nowhere, variables
// that were not read.

#include <vector>

#include "plan/context.h"
#include "plan/plan.h"

namespace envlink::plan {

std::vector<Finding> check_loose_ends(const Context& context);

}  // namespace envlink::plan
