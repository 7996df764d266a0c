#pragma once
// Does what runs carry what is linked? Of one service, and as a matrix: for each service and each group that
// the file links to it. docs/status.md says what is compared.

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

/// live: the running deploy is known to carry every link and value. stale: it is known to be older than one
/// of them. staged: a link is missing. deploying: a deploy is under way. unknown: nothing tells.
enum class Freshness { live, stale, staged, deploying, unknown };
constexpr auto words(Freshness) {
  return std::to_array<std::string_view>({"live", "stale", "staged", "deploying", "unknown"});
}
constexpr std::string_view to_string(Freshness freshness) {
  return word(freshness);
}

/// proved: read back after the fact, by this process or by one that the journal knows. told: Render or a
/// person says so.
enum class Grade { proved, told, unknown };
constexpr auto words(Grade) {
  return std::to_array<std::string_view>({"proved", "told", "unknown"});
}

struct Evidence {
  Grade grade = Grade::unknown;
  std::optional<EvidenceSource> source{};  // of what is live
  std::string text{};                      // one clause
  std::vector<std::string> changed{};      // variables and files whose value the running deploy does not have
  bool operator==(const Evidence&) const = default;
};

struct Assessment {
  Freshness freshness = Freshness::unknown;
  std::string because{};  // one clause
  Evidence evidence{};
  bool adopted() const { return evidence.source == EvidenceSource::adopted; }
};

/// `groups`: those that the file links to the service.
Assessment assess_freshness(const Context& context, const model::Service& service,
                            std::span<const model::Group* const> groups);

/// Of a service of the file that was found, with all its groups.
Assessment assess_service(const Context& context, std::size_t index);

/// It is stale, or what it runs with is unknown and the file wants that redeployed. A suspended service is
/// not deployed for that.
bool redeploys_for_freshness(const Context& context, std::size_t index);

struct StatusCell {
  std::size_t group = 0;  // an index into Status::groups
  Freshness freshness = Freshness::unknown;
  std::string because;  // one clause
  Evidence evidence{};
  bool operator==(const StatusCell&) const = default;
};

struct StatusRow {
  ServiceId id;
  std::string name;
  Freshness freshness = Freshness::unknown;  // of the service with all its groups
  std::string because;
  std::vector<StatusCell> cells;  // in the order of the file
  Evidence evidence{};
  bool operator==(const StatusRow&) const = default;
};

struct Status {
  model::Owner owner;
  std::vector<std::string> groups;  // the names, as the file has them
  std::vector<StatusRow> rows;      // in the file's order
  bool stale() const;               // something runs that is older than what is linked
  bool unknown() const;             // of something that is not known
  bool operator==(const Status&) const = default;
};

Status status_of(const model::Desired& desired, const model::Workspace& actual,
                 const History& history = nothing_known);

}  // namespace envlink::plan
