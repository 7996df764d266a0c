#pragma once
// What is wrong with values, judged from facts about them: empty, a placeholder, broken, not of the shape
// that the file asks for.

#include <vector>

#include "plan/context.h"
#include "plan/plan.h"

namespace envlink::plan {

/// Of the groups that the file names.
std::vector<Finding> check_group_values(const Context& context);
/// Of the services' own variables where they were read, and of what each service requires.
std::vector<Finding> check_service_values(const Context& context);

}  // namespace envlink::plan
