#pragma once
// What must not be so before anything is written. Each finding has a stable id, a place and a cure.

#include <vector>

#include "plan/context.h"
#include "plan/plan.h"

namespace envlink::plan {

/// Variables of groups: how many, which, and what is wrong with their values.
std::vector<Finding> check_groups(const Context& context);
/// Type, suspension, a deploy under way, automatic deploys, a build that the file rules out, required
/// variables. `touched[i]`: the plan changes service i.
std::vector<Finding> check_services(const Context& context, const std::vector<bool>& touched);

/// The required keys that neither the groups nor the service's own variables hold. `own` may be nullptr: not
/// read.
std::vector<model::Word> unmet(const std::vector<model::Requirement>& required,
                               const std::vector<const model::Group*>& groups,
                               const std::vector<model::Variable>* own);

}  // namespace envlink::plan
