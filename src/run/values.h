#pragma once
// Changes of one group's values: which group is meant, and the plan source that carries them out through the
// same workflow as a file's.

#include <string>

#include "model/desired.h"
#include "model/workspace.h"
#include "plan/plan.h"
#include "run/context.h"
#include "run/plan_source.h"

namespace envlink::run {

struct GroupToChange {
  model::Group group;       // with its values, as digests
  model::Workspace actual;  // that it was read with
};
Result<GroupToChange> read_group(Context& context, const model::Desired& file, const std::string& called);

/// An error where the group holds none of one of these keys: names the nearest.
Result<void> check_held(const model::Group& group, const std::vector<std::string>& keys);

/// What `apply` then carries out: the values, and a deploy of each service that is linked to the group, in
/// the file's order.
PlanSource plan_source_for_group(const model::Desired& file, const GroupToChange& found, GivenValues values,
                                 const plan::ValueSource& from, bool keeps_undo);

/// The same of a group that is made, with these values. It takes the place of `found`; nullptr: of none.
PlanSource plan_source_for_new_group(const model::Desired& file, const GroupToChange* found,
                                     plan::NewGroup group, GivenValues values, const plan::ValueSource& from);

}  // namespace envlink::run
