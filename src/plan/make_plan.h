#pragma once
// (desired, actual) → plan. Pure. Findings of the preflight are part of the plan.

#include "model/desired.h"
#include "model/workspace.h"
#include "plan/plan.h"
#include "plan/plan_options.h"

namespace envlink::plan {

/// The same plan whatever the order in which Render's lists came: see model/in_order.h.
Plan make_plan(const model::Desired& desired, const model::Workspace& actual,
               const PlanOptions& options = {});

/// A plan of links alone: nothing is deployed. `named`: one group and the services that it is linked to or
/// unlinked from, as the user called them. Links that are as asked already are left out.
Plan link_plan(const model::Desired& named, const model::Workspace& actual, LinkAction action);

}  // namespace envlink::plan
