#pragma once
// The environments that the file's groups and services are in.

#include <string>
#include <vector>

#include "plan/context.h"
#include "plan/plan.h"

namespace envlink::plan {

/// By its name where that was read, by its id otherwise; fit to print.
std::string name_of(const EnvironmentId& environment, const model::Workspace& actual);

/// Those that are protected: a warning where the plan changes a service in one, a note otherwise. And those
/// of which that is not known. `touched[i]`: the plan changes service i.
std::vector<Finding> check_environments(const Context& context, const std::vector<bool>& touched);

}  // namespace envlink::plan
