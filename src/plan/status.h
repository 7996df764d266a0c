#pragma once
// Does what runs carry what is linked? Of one service, and as a matrix: for each service and each group that
// the file links to it. docs/how-it-works/status.md says what is compared.

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
  bool hidden = false;                     // it rests on values that Render hides from the key's owner
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

/// Render dates a change of the group after the deploy began. False as well where it does not date them.
bool is_newer(const model::Group& group, const model::Deploy& deploy);

/// It is stale, or what it runs with is unknown and the file wants that redeployed. A suspended service is
/// not deployed for that.
bool redeploys_for_freshness(const Context& context, std::size_t index, const Assessment& assessment);

/// "5 of 9 services are live, 3 stale, 1 deploying". `notes` stand behind those that are live. Of `services`
/// some may not be in `each`: what they are is said elsewhere.
std::string count_by_freshness(std::span<const Freshness> each, std::size_t services,
                               std::string_view notes = {});

/// The deploy that serves a service. Its times are unset where Render does not say.
struct RunningDeploy {
  DeployId id{};
  std::optional<Time> began{};
  std::optional<Time> went_live{};
  bool operator==(const RunningDeploy&) const = default;
};
/// Unset: none of the deploys that were read is live.
std::optional<RunningDeploy> running_deploy(const model::Workspace& actual, const ServiceId& service);

struct StatusCell {
  std::size_t group = 0;  // an index into Status::groups
  Freshness freshness = Freshness::unknown;
  std::string because;  // one clause
  Evidence evidence{};
  GroupId id{};  // empty: it was not found
  bool operator==(const StatusCell&) const = default;
};

/// What the audit log tells of a group, since the running deploy of a service began.
struct GroupChange {
  Time at{};
  std::string by{};       // whom Render names; may be empty
  std::string event{};    // Render's word: "UpdateEnvVarsEvent"
  std::size_t group = 0;  // an index into Status::groups
  bool of_variables() const { return event.ends_with("EnvVarsEvent"); }
  bool operator==(const GroupChange&) const = default;
};

/// partly: it has more entries than are read, and the oldest are not told. untold: it was asked and gave no
/// answer. none: this workspace has none, or not for the key's owner.
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
  std::vector<GroupChange> changes{};  // of groups that are stale, unknown or hidden; the oldest first
  std::optional<RunningDeploy> running{};
  bool operator==(const StatusRow&) const = default;
};

struct Status {
  model::Owner owner;
  std::vector<std::string> groups;  // the names, as the file has them
  std::vector<StatusRow> rows;      // in the file's order
  bool why = false;                 // --why: what each word rests on is told as well
  AuditLog audit_log = AuditLog::not_asked;
  bool journal_unreadable = false;  // what would rest on it is unknown
  bool stale() const;               // something runs that is older than what is linked
  bool unknown() const;             // of something that is not known
  bool operator==(const Status&) const = default;
};

Status status_of(const model::Desired& desired, const model::Workspace& actual,
                 const History& history = nothing_known);

/// When the oldest of the running deploys began that are stale, of which it is unknown whether they carry a
/// group, or whose values are hidden: since then a change of a group matters. nullopt: there is none.
std::optional<Time> changes_matter_since(const Status& status, const model::Workspace& actual);
/// Gives each row the changes of such groups since its running deploy began, out of what the audit log told.
void add_changes(Status& status, const model::Workspace& actual, std::span<const model::AuditEntry> log);

}  // namespace envlink::plan
