#pragma once
// The hash for --expect-hash: covers what a plan is meant to change.

#include <string>

#include "plan/plan.h"

namespace envlink::plan {

/// Covers the workspace, the links and keys to change, the group to create, the services with their final
/// links and order, those that --redeploy names, and the settings of the file. Does not cover what follows
/// from the state of the workspace: existing deploys, build durations, and who is redeployed because of
/// outdated links or values. Contains no value and no digest of one.
std::string plan_hash(const Plan& plan);

}  // namespace envlink::plan
