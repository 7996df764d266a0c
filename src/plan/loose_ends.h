#pragma once
// What the file and the workspace leave over: groups that nobody links, links that lead nowhere, variables
// that were not read.

#include <vector>

#include "plan/match.h"
#include "plan/plan.h"

namespace envlink::plan {

std::vector<Finding> check_loose_ends(const model::Desired& desired, const Match& matched,
                                      const model::Workspace& actual);

}  // namespace envlink::plan
