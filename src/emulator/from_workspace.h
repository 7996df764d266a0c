#pragma once
// A model of a workspace that was read: the same names, ids, types and links, values made up. Pure.

#include <map>
#include <set>

#include "base/id.h"
#include "base/time.h"
#include "emulator/workspace.h"
#include "model/workspace.h"

namespace envlink::emulator {

/// What is not read off a single service or group.
struct ModelSettings {
  std::map<ServiceId, Duration> lengths;  // of a deploy with a build, from its last ones; unset: not known
  std::set<ServiceId> stale;
  std::map<ServiceId, Outcome> outcomes;  // of its deploys; unset: live
  Behaviour behaviour;
  std::vector<Fault> faults;
};

/// Services and groups in the order in which Render lists them. Preview instances are left out, and so are
/// links to services that are not in the workspace. A deploy under way begins at the start.
Workspace from_workspace(const model::Workspace& actual, const ModelSettings& settings);

}  // namespace envlink::emulator
