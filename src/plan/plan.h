#pragma once
// A plan is a complete value: applying it never asks how it was made. Services and links are referred to by
// their index in the plan.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/words.h"
#include "model/desired.h"
#include "model/workspace.h"
#include "plan/finding.h"

namespace envlink::plan {

/// Where values come from, so that a run that goes on asks there again.
/// configuration: the sources that envlink.yaml names.
enum class ValueOrigin { prompt, standard_input, file, environment, dotenv, generated, configuration };
constexpr auto words(ValueOrigin) {
  return std::to_array<std::string_view>(
      {"prompt", "stdin", "file", "environment", "dotenv", "generated", "configuration"});
}
struct ValueSource {
  ValueOrigin origin = ValueOrigin::prompt;
  std::string name{};                // a path, or the name of a variable
  std::vector<std::string> files{};  // paths of secret files beside it
  bool operator==(const ValueSource&) const = default;
};

struct PlannedGroup {
  GroupId id;
  std::string name;
  std::optional<std::size_t> variables;  // how many it holds
  std::optional<model::VariableCount> asked;
  std::size_t secret_files = 0;
  std::vector<std::string> unchanged{};  // keys that were to be set to what they are
  std::optional<ValueSource> values_from{};
  bool operator==(const PlannedGroup&) const = default;
};

enum class LinkAction { add, remove };
constexpr auto words(LinkAction) {
  return std::to_array<std::string_view>({"link", "unlink"});
}
/// As 0.1.0 stored them.
constexpr auto older_words(LinkAction) {
  return std::to_array<std::string_view>({"add", "remove"});
}

struct LinkChange {
  LinkAction action = LinkAction::add;
  GroupId group;
  std::string group_name;
  std::size_t service = 0;
  bool operator==(const LinkChange&) const = default;
};

/// A group that a run makes, with its values and its links in one request.
struct NewGroup {
  GroupId id{};  // `not_made` until it is
  std::string name{};
  EnvironmentId environment{};              // empty: none
  GroupId replaces{};                       // whose place it takes; empty: it takes none
  std::vector<ServiceId> replaced_links{};  // that this one had when the plan was made
  std::vector<std::string> lost{};          // keys that this one holds and the new one does not
  bool operator==(const NewGroup&) const = default;
};
/// Stands in a plan for the id of a group that is not made yet; no request carries it.
inline const GroupId not_made("(new)");

enum class ValueAction { set, unset };
constexpr auto words(ValueAction) {
  return std::to_array<std::string_view>({"set", "unset"});
}

/// Of a variable or a secret file of a group. The value itself is in no plan. Digests are for the store alone
/// (model/value_digest.h): no view shows them, and no plan file holds them.
struct ValueChange {
  ValueAction action = ValueAction::set;
  GroupId group{};
  std::string group_name{};
  std::string key{};     // of a secret file "file:NAME"
  bool exists = false;   // there is one of that key before
  std::string before{};  // digest; empty: there is none
  std::string after{};   // digest; empty: it is unset
  bool operator==(const ValueChange&) const = default;
};

/// A link that the file does not name, on a service or a group that it does.
struct UnmanagedLink {
  std::string group_name;
  std::string service_name;
  bool operator==(const UnmanagedLink&) const = default;
};

/// A service outside the file, or one that --only leaves out, that is linked to a changed group of the file:
/// nobody redeploys it, so it keeps the values that it started with.
struct StaleConsumer {
  std::string group_name;
  std::string service_name;
  bool operator==(const StaleConsumer&) const = default;
};

/// A service that comes with the ones that --only names: it has changes, and they come after it.
struct Companion {
  std::string service_name;
  std::string needed_by;  // the first of them
  bool operator==(const Companion&) const = default;
};

/// How --only cut the plan of the whole file.
struct Only {
  std::vector<std::string> words;       // as on the command line
  std::size_t in_file = 0;              // services that the file names
  std::vector<std::string> selected;    // services that `words` name, in the file's order
  std::vector<Companion> with{};        // in the file's order
  std::vector<std::string> left_out{};  // services with changes that the plan leaves out
  bool operator==(const Only&) const = default;
};

enum class Reason { none, links_change, stale, requested, unknown, undone, values_change };
constexpr auto words(Reason) {
  return std::to_array<std::string_view>(
      {"none", "links_change", "stale", "requested", "unknown", "undone", "values_change"});
}

struct PlannedService {
  ServiceId id;
  std::string name;
  model::ServiceType type = model::ServiceType::unknown;
  std::vector<GroupId> final_groups;    // every link after the plan, unmanaged ones that stay included
  std::vector<std::string> linked_now;  // names of asked groups that are linked already
  Reason redeploy = Reason::none;       // none: stays as it runs
  std::string because;                  // one clause for people: "gets toolboxai-secrets"
  std::string unproven;                 // not redeployed: why it is not known to run with its groups
  bool rebuild = true;                  // build_and_deploy, or deploy_only
  std::string rebuild_because;
  int wave = 0;                               // from 1; 0 when it is not redeployed
  std::vector<std::size_t> after;             // services that it comes after, whether they redeploy or not
  std::vector<std::size_t> waits_for;         // redeployed services that must pass the gate first
  std::optional<Duration> expected_duration;  // of its deploy, from its last ones
  bool deploys_unread = false;                // they are looked at when its turn comes
  std::vector<DeployId> known_deploys;        // seen while planning
  DeployId live_deploy;                       // what ran while planning; empty: nothing
  DeployId rollback_to;                       // set: goes back to that deploy instead of making a new one
  std::string health_url;                     // empty where nothing can be asked
  std::string dashboard_url;                  // its page; empty: not told
  std::optional<Duration> median_duration;    // of its last deploys, with a build or without
  bool has_disk = false;                      // its deploys stop what runs before they start what is new
  bool auto_deploy = false;                   // Render deploys it on its own when something changes
  bool image_backed = false;                  // nothing is built for it
  bool hold = false;                          // its automatic deploys are off before the first write
  std::string auto_deploy_was{};  // set: the run that is rolled back switched them off, and left them so
  bool redeploys() const { return redeploy != Reason::none; }
  bool operator==(const PlannedService&) const = default;
};

struct Plan {
  model::Owner owner;
  std::string file;
  std::int64_t undoes = 0;  // the run that it rolls back; 0: none
  std::vector<PlannedGroup> groups;
  std::vector<PlannedService> services;  // in the file's order
  std::optional<NewGroup> new_group{};   // made before anything else is written
  std::vector<ValueChange> values;       // all are read back before the first link changes
  std::string digest_key;                // tells with which key their digests were made
  bool keeps_undo = false;               // what they were is kept for a rollback
  std::vector<LinkChange> links;         // in the order in which they are carried out
  std::vector<std::vector<std::size_t>> waves;
  std::vector<UnmanagedLink> unmanaged;
  std::vector<StaleConsumer> stale_consumers;
  std::vector<Finding> findings;
  std::vector<Finding> ignored;  // by the file's policy
  model::Unmanaged unmanaged_policy = model::Unmanaged::report;
  model::RolloutSettings rollout;
  model::ApiSettings api;

  std::optional<Only> only{};  // --only; unset: the plan is of the whole file

  bool journal_unreadable = false;  // what would rest on it is unknown

  /// It is made: its id takes the place of `not_made`.
  void name_new_group(const GroupId& id);

  bool refused() const;  // an error among the findings: nothing may be written
  bool empty() const;    // nothing changes and nobody redeploys
  FindingList found() const { return {file, findings, ignored}; }
  std::size_t deploys() const;
  /// Tells of a deploy under way after whose service one of the plan comes: nothing may be written yet.
  /// nullptr: there is none, or the file's policy allows it.
  const Finding* blocking_dependency() const;
  bool operator==(const Plan&) const = default;
};

}  // namespace envlink::plan
