#pragma once
// A plan as text: what the journal keeps of a run, so that it can be resumed or undone. Names, ids and words,
// never a variable's value. The same plan is always the same bytes.

#include <string>
#include <string_view>

#include "base/error.h"
#include "plan/plan.h"
#include "plan/plan_snapshot.h"

namespace envlink::plan {

/// One line of JSON without whitespace, `"version":1` first. Spans are microseconds; what is unset is left
/// out.
std::string to_json(const Plan& plan);

/// Fields that are not known are passed over: a later envlink may have written them. A plan that no rollout
/// could carry out (an index that leads nowhere, services that wait for each other) is an error.
Result<Plan> plan_from_json(std::string_view text);

}  // namespace envlink::plan
