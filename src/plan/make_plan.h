#pragma once
// (desired, actual) → plan, including the findings of the preflight. Pure.

#include "model/desired.h"
#include "model/workspace.h"
#include "plan/plan.h"
#include "plan/plan_options.h"

namespace envlink::plan {

/// The plan does not depend on the order of Render's lists: see model/in_order.h.
Plan make_plan(const model::Desired& desired, const model::Workspace& actual,
               const PlanOptions& options = {});

/// A plan that changes only links and deploys nothing. `named`: one group, and the services to link or
/// unlink, as the user typed them. Links that are already as wanted are left out.
Plan link_plan(const model::Desired& named, const model::Workspace& actual, LinkAction action);

}  // namespace envlink::plan
