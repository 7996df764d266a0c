#pragma once
// What the journal on this machine knows of links that Render's API does not tell: when they were changed.

#include <vector>

#include "base/id.h"
#include "plan/plan_options.h"

namespace envlink::cli {

/// From the last runs on the workspace. Without a journal there is nothing to remember; one that cannot be
/// read is said on stderr and passed over.
std::vector<plan::RememberedLink> remembered_links(const OwnerId& workspace);

}  // namespace envlink::cli
