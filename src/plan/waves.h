#pragma once
// The order in which a rollout starts services.

#include <cstddef>
#include <vector>

#include "model/desired.h"
#include "plan/plan.h"

namespace envlink::plan {

/// For each service of the file, the services that must come before it.
std::vector<std::vector<std::size_t>> order_of(const model::Desired& file);

/// `after[i]`: the services that i depends on. `taking_part[i]`: i is redeployed. For each service that
/// takes part, returns the participating services that must pass the gate first. Looks through services
/// that do not take part.
std::vector<std::vector<std::size_t>> effective_dependencies(
    const std::vector<std::vector<std::size_t>>& after, const std::vector<bool>& taking_part);

/// Puts each service in the first wave after all that it waits for. `waits_for` has no cycle: the file
/// would have been refused.
std::vector<std::vector<std::size_t>> waves_of(const std::vector<std::vector<std::size_t>>& waits_for,
                                               const std::vector<bool>& taking_part);

/// Sets the waves of the plan, and of each service what it waits for and its wave. Both by index in the plan.
void put_in_waves(Plan& plan, const std::vector<std::vector<std::size_t>>& after,
                  const std::vector<bool>& taking_part);

}  // namespace envlink::plan
