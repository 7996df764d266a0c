#pragma once
// (desired, actual) → plan. Pure. Findings of the preflight are part of the plan.

#include <string>
#include <vector>

#include "plan/plan.h"

namespace envlink::plan {

/// A link change that a journal on this machine remembers: the API itself does not tell when a link was made.
struct RememberedLink {
  GroupId group;
  ServiceId service;
  Time at{};  // by Render's clock
};

struct Extra {
  bool redeploy_all = false;          // --redeploy all
  std::vector<std::string> redeploy;  // --redeploy SERVICE…: names or ids
  std::vector<RememberedLink> remembered;
};

/// The same plan whatever the order in which Render's lists came: see model/canonical_order.h.
Plan make_plan(const model::Desired& desired, const model::Workspace& actual, const Extra& extra = {});

}  // namespace envlink::plan
