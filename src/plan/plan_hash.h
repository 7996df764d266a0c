#pragma once
// What --expect-hash names: a hash over what a plan is to bring about.

#include <string>

#include "plan/plan.h"

namespace envlink::plan {

/// Over the workspace, the links and keys that change, the group that is made, the services with the links
/// that they are to have and their order, those that --redeploy names, and the settings of the file. Not over
/// what follows from the state of the workspace: deploys that were made, how long builds took, who is
/// redeployed because it runs older links or values. No value and no digest of one is in it.
std::string plan_hash(const Plan& plan);

}  // namespace envlink::plan
