#pragma once
// (desired, actual) → plan. Pure. Findings of the preflight are part of the plan.

#include <string>
#include <vector>

#include "plan/plan.h"

namespace envlink::plan {

struct Extra {
  bool redeploy_all = false;           // --redeploy all
  std::vector<std::string> redeploy;   // --redeploy SERVICE…: names or ids
};

Plan make_plan(const model::Desired& desired, const model::Workspace& actual, const Extra& extra = {});

}  // namespace envlink::plan
