#pragma once
// The plan of a run that makes a group: alone, or in the place of another one. Pure.

#include "model/desired.h"
#include "model/workspace.h"
#include "plan/plan.h"
#include "plan/plan_options.h"

namespace envlink::plan {

/// A group of that name is there already.
const model::Group* name_taken(const NewGroup& group, const model::Workspace& actual);

/// `consumers`: of the group whose place it takes, as consumers_of tells; without services, it takes none.
/// They get the new group, lose the old one and keep every other. `options.values`: what it holds, below
/// `not_made`.
Plan make_new_group(const model::Desired& consumers, const model::Workspace& actual, const NewGroup& group,
                    const PlanOptions& options);

}  // namespace envlink::plan
