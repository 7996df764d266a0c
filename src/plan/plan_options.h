#pragma once
// What a plan goes by besides the file and the workspace.

#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"

namespace envlink::plan {

/// A link change that a journal on this machine remembers: the API itself does not tell when a link was made.
struct RememberedLink {
  GroupId group;
  ServiceId service;
  Time at{};  // by Render's clock
};

struct PlanOptions {
  bool redeploy_all = false;          // --redeploy all
  std::vector<std::string> redeploy;  // --redeploy SERVICE…: names or ids
  std::vector<RememberedLink> remembered;
};

}  // namespace envlink::plan
