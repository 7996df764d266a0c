#pragma once
// The state of the workspace that a plan is based on, to notice later whether it changed. Contains ids,
// names and times; no values and nothing derived from them.

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "model/workspace.h"
#include "plan/plan.h"

namespace envlink::plan {

struct ServiceSnapshot {
  ServiceId id;
  std::string name;
  model::ServiceType type = model::ServiceType::unknown;
  bool suspended = false;
  DeployId newest_deploy;  // empty: none
  DeployId live_deploy;    // empty: none runs
  bool operator==(const ServiceSnapshot&) const = default;
};

struct GroupSnapshot {
  GroupId id;
  std::string name;
  std::string updated;                           // Render's `updatedAt`; empty: unknown
  std::vector<ServiceId> links;                  // to services of the plan, sorted
  std::optional<std::vector<std::string>> keys;  // sorted; unset: not read
  bool operator==(const GroupSnapshot&) const = default;
};

struct PlanSnapshot {
  std::vector<ServiceSnapshot> services;  // in the plan's order
  std::vector<GroupSnapshot> groups;      // in the plan, or linked to one of its services; by id
  bool operator==(const PlanSnapshot&) const = default;
};

PlanSnapshot snapshot_of(const Plan& plan, const model::Workspace& actual);

/// What changed since, one sentence each; empty: the plan is valid. `now` is the snapshot of `actual`.
std::vector<std::string> snapshot_diff(const PlanSnapshot& then, const PlanSnapshot& now,
                                       const model::Workspace& actual);

}  // namespace envlink::plan
