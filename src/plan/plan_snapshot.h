#pragma once
// What a plan rests on: of the workspace that it was made from, that by which a later look tells whether it
// is still the same. Ids, names and points in time; no value of a variable and nothing derived from one.

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
  DeployId live_deploy;    // empty: nothing runs
  bool operator==(const ServiceSnapshot&) const = default;
};

struct GroupSnapshot {
  GroupId id;
  std::string name;
  std::string updated;                           // Render's `updatedAt`; empty: not told
  std::vector<ServiceId> links;                  // to services of the plan, sorted
  std::optional<std::vector<std::string>> keys;  // sorted; unset: not read
  bool operator==(const GroupSnapshot&) const = default;
};

struct PlanSnapshot {
  std::vector<ServiceSnapshot> services;  // as in the plan
  std::vector<GroupSnapshot> groups;      // that the plan names or that show one of its services; by id
  bool operator==(const PlanSnapshot&) const = default;
};

PlanSnapshot snapshot_of(const Plan& plan, const model::Workspace& actual);

/// What has moved since, a sentence each; empty: the plan still holds. `actual` is what `now` was taken from.
std::vector<std::string> snapshot_diff(const PlanSnapshot& then, const PlanSnapshot& now,
                                       const model::Workspace& actual);

}  // namespace envlink::plan
