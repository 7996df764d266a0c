#pragma once
// Variables that would be removed because no source of the values, or the group that replaces another, has
// them. An incomplete source would empty a group, so a person must have seen how many.

#include <cstddef>
#include <optional>

#include "base/error.h"
#include "plan/plan.h"
#include "run/plan_source.h"

namespace envlink::run {

struct PruneLimit {
  std::optional<std::size_t> at_most{};  // --prune-at-most
  bool unseen = false;                   // --yes: no person sees the plan
};

/// Fails above the limit, and without a limit if no person sees the plan.
Result<void> check_pruned(const PlanSource& source, const plan::Plan& plan, const PruneLimit& limit);

}  // namespace envlink::run
