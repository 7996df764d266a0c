#pragma once
// Who keeps old values because nobody redeploys it.

#include <vector>

#include "plan/context.h"
#include "plan/plan.h"

namespace envlink::plan {

/// A group of the file concerns its other services when what a service of the plan runs is older than the
/// group's last change, or a service that has the group is redeployed because --redeploy asks for it: values
/// were changed. A link that is added or removed concerns its own service alone.
std::vector<LeftBehind> stale_consumers(const Context& context, const Plan& plan);

}  // namespace envlink::plan
