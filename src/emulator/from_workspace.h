#pragma once
// A model of a real workspace: the same names, ids, types and links, with invented values. Pure.

#include <map>
#include <set>

#include "base/id.h"
#include "base/time.h"
#include "emulator/workspace.h"
#include "model/workspace.h"

namespace envlink::emulator {

/// Settings that do not come from a single service or group.
struct ModelSettings {
  std::map<ServiceId, Duration> lengths;  // with a build, from recent deploys; missing: unknown
  std::set<ServiceId> stale;
  std::map<ServiceId, Outcome> outcomes;  // of the service's deploys; missing: live
  Behaviour behaviour;
  std::vector<Fault> faults;
};

/// Services and groups in Render's order. Leaves out preview instances and links to services that are not in
/// the workspace. A running deploy begins at the start.
Workspace from_workspace(const model::Workspace& actual, const ModelSettings& settings);

}  // namespace envlink::emulator
