#pragma once
// (desired, actual) → plan. Pure. Findings of the preflight are part of the plan.

#include "plan/plan.h"
#include "plan/plan_options.h"

namespace envlink::plan {

/// The same plan whatever the order in which Render's lists came: see model/in_order.h.
Plan make_plan(const model::Desired& desired, const model::Workspace& actual,
               const PlanOptions& options = {});

}  // namespace envlink::plan
