#pragma once
// The freshness matrix: for each service and each group that the file links to it, whether what runs carries
// the group. docs/status.md says what is compared.

#include <optional>
#include <string>
#include <vector>

#include "model/desired.h"
#include "model/workspace.h"
#include "plan/freshness.h"

namespace envlink::plan {

struct StatusCell {
  std::size_t group = 0;  // an index into Status::groups
  Freshness freshness = Freshness::unknown;
  std::string because;  // one clause
  bool operator==(const StatusCell&) const = default;
};

struct StatusRow {
  ServiceId id;
  std::string name;
  Freshness freshness = Freshness::unknown;  // of the service with all its groups
  std::string because;
  std::vector<StatusCell> cells;  // in the order of the file
  bool operator==(const StatusRow&) const = default;
};

struct Status {
  model::Owner owner;
  std::vector<std::string> groups;  // the names, as the file has them
  std::vector<StatusRow> rows;      // in the file's order
  bool stale() const;               // something runs that is older than what is linked
  bool operator==(const Status&) const = default;
};

Status status_of(const model::Desired& desired, const model::Workspace& actual,
                 const std::vector<RememberedLink>& remembered = {});

}  // namespace envlink::plan
