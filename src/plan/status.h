#pragma once
// Whether a running deploy has what is linked, for one service, and for each service and each of its groups
// in the file. Rules: docs/how-it-works/status.md.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/words.h"
#include "model/audit_entry.h"
#include "model/desired.h"
#include "model/workspace.h"
#include "plan/context.h"

namespace envlink::plan {

/// live: the running deploy is known to have every link and value. stale: it is known to be older than one
/// of them. staged: a link is missing. deploying: a deploy is in progress. unknown: no evidence.
enum class Freshness { live, stale, staged, deploying, unknown };
constexpr auto words(Freshness) {
  return std::to_array<std::string_view>({"live", "stale", "staged", "deploying", "unknown"});
}
constexpr std::string_view to_string(Freshness freshness) {
  return word(freshness);
}

/// proved: read back from Render, now or in a journaled run. told: by Render's times or by a person.
enum class Grade { proved, told, unknown };
constexpr auto words(Grade) {
  return std::to_array<std::string_view>({"proved", "told", "unknown"});
}

struct Evidence {
  Grade grade = Grade::unknown;
  std::optional<EvidenceSource> source{};  // if live
  std::string text{};                      // one clause
  std::vector<std::string> changed{};      // names whose current value the running deploy does not have
  bool hidden = false;                     // depends on values that Render hides from the key's owner
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

/// For a service of the file that was found, with all its groups.
Assessment assess_service(const Context& context, std::size_t index);

/// Render's date of the group is after the start of the deploy. False if a date is missing.
bool is_newer(const model::Group& group, const model::Deploy& deploy);

/// The service is stale, or unknown and the file wants those redeployed, unless it is suspended.
bool redeploys_for_freshness(const Context& context, std::size_t index, const Assessment& assessment);

/// "5 of 9 services are live, 3 stale, 1 deploying". `notes` follow the number of live ones. `each` may
/// have fewer than `services` entries: the others are reported elsewhere.
std::string count_by_freshness(std::span<const Freshness> each, std::size_t services,
                               std::string_view notes = {});

/// The running deploy of a service. Times that Render does not give are unset.
struct RunningDeploy {
  DeployId id{};
  std::optional<Time> began{};
  std::optional<Time> went_live{};
  bool operator==(const RunningDeploy&) const = default;
};
/// Unset: no live deploy was read.
std::optional<RunningDeploy> running_deploy(const model::Workspace& actual, const ServiceId& service);

struct StatusCell {
  std::size_t group = 0;  // an index into Status::groups
  Freshness freshness = Freshness::unknown;
  std::string because;  // one clause
  Evidence evidence{};
  GroupId id{};  // empty: not found
  bool operator==(const StatusCell&) const = default;
};

/// An entry of the audit log about a group since the running deploy of a service began.
struct GroupChange {
  Time at{};
  std::string by{};       // as named by Render; may be empty
  std::string event{};    // Render's word: "UpdateEnvVarsEvent"
  std::size_t group = 0;  // an index into Status::groups
  bool of_variables() const { return event.ends_with("EnvVarsEvent"); }
  bool operator==(const GroupChange&) const = default;
};

/// partly: there are more entries than envlink reads; the oldest are missing. untold: no answer. none: the
/// workspace has no audit log, or the key's owner may not read it.
enum class AuditLog { not_asked, told, partly, none, untold };
constexpr auto words(AuditLog) {
  return std::to_array<std::string_view>({"not_asked", "told", "partly", "none", "untold"});
}

struct StatusRow {
  ServiceId id;
  std::string name;
  Freshness freshness = Freshness::unknown;  // of the service with all its groups
  std::string because;
  std::vector<StatusCell> cells;  // in the order of the file
  Evidence evidence{};
  std::vector<GroupChange> changes{};  // of groups that are stale, unknown or hidden; oldest first
  std::optional<RunningDeploy> running{};
  bool operator==(const StatusRow&) const = default;
};

struct Status {
  model::Owner owner;
  std::vector<std::string> groups;  // the names, as the file has them
  std::vector<StatusRow> rows;      // in the file's order
  bool why = false;                 // --why: also show the evidence
  AuditLog audit_log = AuditLog::not_asked;
  bool journal_unreadable = false;
  bool stale() const;    // a service is stale or staged
  bool unknown() const;  // a service is unknown
  bool operator==(const Status&) const = default;
};

Status status_of(const model::Desired& desired, const model::Workspace& actual,
                 const History& history = nothing_known);

/// When the oldest running deploy began that is stale, unknown, or has hidden values: later changes of
/// groups matter. nullopt: no such deploy.
std::optional<Time> changes_matter_since(const Status& status, const model::Workspace& actual);
/// Adds to each row the entries of `log` about such groups since its running deploy began.
void add_changes(Status& status, const model::Workspace& actual, std::span<const model::AuditEntry> log);

}  // namespace envlink::plan
