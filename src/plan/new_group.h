#pragma once
// Plans a run that creates a group, alone or in place of another one. Pure.

#include "model/desired.h"
#include "model/workspace.h"
#include "plan/plan.h"
#include "plan/plan_options.h"

namespace envlink::plan {

/// The existing group with that name; nullptr: the name is free.
const model::Group* name_taken(const NewGroup& group, const model::Workspace& actual);

/// `consumers`: the result of consumers_of for the group to replace; without services, nothing is replaced.
/// They are linked to the new group, unlinked from the old one, and keep all others. `options.values`: the
/// new group's values, under the id `not_made`.
Plan make_new_group(const model::Desired& consumers, const model::Workspace& actual, const NewGroup& group,
                    const PlanOptions& options);

}  // namespace envlink::plan
