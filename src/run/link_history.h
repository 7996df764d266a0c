#pragma once
// When links were changed, as the store knows it: Render's API does not tell.

#include <vector>

#include "plan/make_plan.h"
#include "run/context.h"

namespace envlink::run {

/// The last change of each link that no deploy is known to carry, from the last runs on the workspace.
Result<std::vector<plan::RememberedLink>> link_history(const Store& store, const OwnerId& workspace);

/// The same; one that cannot be read is reported and passed over.
std::vector<plan::RememberedLink> reported_link_history(Context& context, const OwnerId& workspace);

}  // namespace envlink::run
