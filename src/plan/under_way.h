#pragma once
// Deploys that are under way of services which stay as they run: nobody of the plan waits for them.

#include <cstddef>
#include <string_view>
#include <vector>

#include "plan/context.h"
#include "plan/plan.h"

namespace envlink::plan {

/// A service that is redeployed and comes after this one would start before the gate is passed.
inline constexpr std::string_view dependency_deploying = "dependency-deploying";

/// A note of each, or `dependency-deploying`. `after`: by service, those that stand before it in the file.
std::vector<Finding> check_under_way(const Context& context,
                                     const std::vector<std::vector<std::size_t>>& after,
                                     const std::vector<bool>& taking_part);

/// The first finding for which the plan must not be carried out yet: none, or the file's policy allows it.
const Finding* order_in_question(const Plan& plan);

}  // namespace envlink::plan
