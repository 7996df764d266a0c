#pragma once
// Variables that would go because no source of the values names them, or the group that takes another's
// place: a source that is not whole would empty a group, so somebody has to have seen how many.

#include <cstddef>
#include <optional>

#include "base/error.h"
#include "plan/plan.h"
#include "run/plan_source.h"

namespace envlink::run {

struct PruneLimit {
  std::optional<std::size_t> at_most{};  // --prune-at-most
  bool unseen = false;                   // --yes: nobody looks at the plan
};

/// Refused past the limit, and where nobody looks and there is none.
Result<void> check_pruned(const PlanSource& source, const plan::Plan& plan, const PruneLimit& limit);

}  // namespace envlink::run
