#pragma once
// Does what runs carry what is linked? Of one service, and as a matrix: for each service and each group that
// the file links to it. Judged from what the API tells and what the journal remembers; docs/status.md says
// what is compared.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/words.h"
#include "model/desired.h"
#include "model/workspace.h"
#include "plan/context.h"

namespace envlink::plan {

/// live: the running deploy began after every linked group last changed, as far as can be told.
/// stale: it began before. staged: a link is missing. deploying: a deploy is under way.
/// unknown: nothing tells.
enum class Freshness { live, stale, staged, deploying, unknown };
constexpr auto words(Freshness) {
  return std::to_array<std::string_view>({"live", "stale", "staged", "deploying", "unknown"});
}
constexpr std::string_view to_string(Freshness freshness) {
  return word(freshness);
}

struct Assessment {
  Freshness freshness = Freshness::unknown;
  std::string because;  // one clause
};

/// `groups`: those that the file links to the service. `relinked`: when the journal remembers the last change
/// of the links that count.
Assessment assess_freshness(const Context& context, const model::Service& service,
                            std::span<const model::Group* const> groups, std::optional<Time> relinked);

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
