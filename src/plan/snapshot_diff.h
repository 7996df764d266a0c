#pragma once
// Whether a plan still holds: what it rests on, then and now.

#include <string>
#include <vector>

#include "plan/plan_snapshot.h"

namespace envlink::plan {

/// What has moved since, a sentence each; empty: the plan still holds. `actual` is what `now` was taken from.
std::vector<std::string> snapshot_diff(const PlanSnapshot& then, const PlanSnapshot& now,
                                       const model::Workspace& actual);

}  // namespace envlink::plan
