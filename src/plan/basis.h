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

struct BasisService {
  ServiceId id;
  std::string name;
  model::ServiceType type = model::ServiceType::unknown;
  bool suspended = false;
  DeployId newest_deploy;  // empty: none
  DeployId live_deploy;    // empty: nothing runs
  bool operator==(const BasisService&) const = default;
};

struct BasisGroup {
  GroupId id;
  std::string name;
  std::string updated;                           // Render's `updatedAt`; empty: not told
  std::vector<ServiceId> links;                  // to services of the plan, sorted
  std::optional<std::vector<std::string>> keys;  // sorted; unset: not read
  bool operator==(const BasisGroup&) const = default;
};

struct Basis {
  std::vector<BasisService> services;  // as in the plan
  std::vector<BasisGroup> groups;      // that the plan names or that show one of its services; by id
  bool operator==(const Basis&) const = default;
};

Basis basis_of(const Plan& plan, const model::Workspace& actual);

/// What has moved since, a sentence each; empty: the plan still holds. `actual` is what `now` was taken from.
std::vector<std::string> moved(const Basis& then, const Basis& now, const model::Workspace& actual);

}  // namespace envlink::plan
