#pragma once
// A plan of links alone: one group and the services that it is linked to or unlinked from. Nothing is
// deployed.

#include "model/desired.h"
#include "model/workspace.h"
#include "plan/plan.h"

namespace envlink::plan {

/// `named`: one group and the services, as the user called them. Links that are as asked already are left
/// out.
Plan link_plan(const model::Desired& named, const model::Workspace& actual, LinkAction action);

}  // namespace envlink::plan
