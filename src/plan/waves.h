#pragma once
// Which services may go together: the order in which a rollout starts them.

#include <cstddef>
#include <vector>

#include "model/desired.h"
#include "plan/plan.h"

namespace envlink::plan {

/// By service of the file, those that stand before it there.
std::vector<std::vector<std::size_t>> order_of(const model::Desired& file);

/// `after[i]`: the services that i names. `taking_part[i]`: i is redeployed. Returns for each service that
/// takes part those that take part and must pass the gate first, seen through the ones that do not.
std::vector<std::vector<std::size_t>> effective_dependencies(
    const std::vector<std::vector<std::size_t>>& after, const std::vector<bool>& taking_part);

/// Each service takes the first wave in which all that it waits for are in earlier ones. `waits_for` has no
/// cycle: the file is refused for one.
std::vector<std::vector<std::size_t>> waves_of(const std::vector<std::vector<std::size_t>>& waits_for,
                                               const std::vector<bool>& taking_part);

/// Sets the waves of the plan, and of each service what it waits for and its wave. Both by index in the plan.
void put_in_waves(Plan& plan, const std::vector<std::vector<std::size_t>>& after,
                  const std::vector<bool>& taking_part);

}  // namespace envlink::plan
