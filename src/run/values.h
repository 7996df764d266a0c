#pragma once
// Changes one group's values: which group is meant, and the plan source that carries the change out with the
// workflow of apply.

#include <string>

#include "model/desired.h"
#include "model/workspace.h"
#include "plan/plan.h"
#include "run/context.h"
#include "run/plan_source.h"

namespace envlink::run {

struct GroupToChange {
  model::Group group;       // with digests of its values
  model::Workspace actual;  // the reading that has it
};
Result<GroupToChange> read_group(Context& context, const model::Desired& file, const std::string& called);

/// Fails if the group lacks one of these keys; the error names the nearest one.
Result<void> check_held(const model::Group& group, const std::vector<std::string>& keys);

/// The source for `apply`: the values, and a deploy of each service linked to the group, in the file's order.
PlanSource plan_source_for_group(const model::Desired& file, const GroupToChange& found, GivenValues values,
                                 const plan::ValueSource& from, bool keeps_undo);

/// The same for a new group with these values. It replaces `found`; nullptr: none.
PlanSource plan_source_for_new_group(const model::Desired& file, const GroupToChange* found,
                                     plan::NewGroup group, GivenValues values, const plan::ValueSource& from);

}  // namespace envlink::run
