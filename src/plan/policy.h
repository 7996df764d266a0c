#pragma once
// The file's own mind about findings: raised, lowered or ignored, each with a reason.

#include <vector>

#include "plan/context.h"
#include "plan/plan.h"

namespace envlink::plan {

/// Of each finding the first rule that fits counts. What is ignored is taken out of `findings` and returned.
/// Findings that guard against wrong writes stay as they are, whatever the rules say.
std::vector<Finding> apply_policy(const Context& context, std::vector<Finding>& findings);

}  // namespace envlink::plan
