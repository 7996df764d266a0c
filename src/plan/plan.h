#pragma once
// A plan is self-contained: applying it needs nothing that it was made from. It refers to services and
// links by their index in the plan.

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

/// Where a resumed run reads values again. configuration: the sources in envlink.yaml.
enum class ValueOrigin { prompt, standard_input, file, environment, dotenv, generated, configuration };
constexpr auto words(ValueOrigin) {
  return std::to_array<std::string_view>(
      {"prompt", "stdin", "file", "environment", "dotenv", "generated", "configuration"});
}
struct ValueSource {
  ValueOrigin origin = ValueOrigin::prompt;
  std::string name{};                // a path, or the name of an environment variable
  std::vector<std::string> files{};  // paths of secret files given with it
  bool operator==(const ValueSource&) const = default;
};

struct PlannedGroup {
  GroupId id;
  std::string name;
  std::optional<std::size_t> variables;  // how many it has; unset: not read
  std::optional<model::VariableCount> asked;
  std::size_t secret_files = 0;
  std::vector<std::string> unchanged{};  // keys whose wanted value is already set
  std::optional<ValueSource> values_from{};
  bool operator==(const PlannedGroup&) const = default;
};

enum class LinkAction { add, remove };
constexpr auto words(LinkAction) {
  return std::to_array<std::string_view>({"link", "unlink"});
}
/// Stored by 0.1.0.
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

/// A group that a run creates with its values and links in one request.
struct NewGroup {
  GroupId id{};  // `not_made` until it is created
  std::string name{};
  EnvironmentId environment{};              // empty: none
  GroupId replaces{};                       // the group to replace; empty: none
  std::vector<ServiceId> replaced_links{};  // the replaced group's links when the plan was made
  std::vector<std::string> lost{};          // keys of the replaced group that the new one does not have
  bool operator==(const NewGroup&) const = default;
};
/// Placeholder in a plan for the id of a group that does not exist yet; never sent.
inline const GroupId not_made("(new)");

enum class ValueAction { set, unset };
constexpr auto words(ValueAction) {
  return std::to_array<std::string_view>({"set", "unset"});
}

/// A change of a group's variable or secret file, without the value. Digests are only for the store
/// (model/value_digest.h): no view shows them, and plan files omit them.
struct ValueChange {
  ValueAction action = ValueAction::set;
  GroupId group{};
  std::string group_name{};
  std::string key{};     // "file:NAME" for a secret file
  bool exists = false;   // whether the key exists before
  std::string before{};  // digest; empty: the key does not exist
  std::string after{};   // digest; empty: the key is removed
  bool operator==(const ValueChange&) const = default;
};

/// A link that the file does not contain, of a service or group that it does.
struct UnmanagedLink {
  std::string group_name;
  std::string service_name;
  bool operator==(const UnmanagedLink&) const = default;
};

/// A service outside the file, or one that --only leaves out, that is linked to a changed group of the file.
/// The run does not redeploy it, so it keeps its old values.
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
  std::vector<GroupId> final_groups;    // every link after the plan, including unmanaged ones that stay
  std::vector<std::string> linked_now;  // names of wanted groups that are already linked
  Reason redeploy = Reason::none;       // none: not redeployed
  std::string because;                  // one clause for people: "gets toolboxai-secrets"
  std::string unproven;                 // not redeployed: why it is unknown whether it runs with its groups
  bool rebuild = true;                  // build_and_deploy, or deploy_only
  std::string rebuild_because;
  int wave = 0;                               // from 1; 0: not redeployed
  std::vector<std::size_t> after;             // services it depends on, redeployed or not
  std::vector<std::size_t> waits_for;         // redeployed services that must pass the gate first
  std::optional<Duration> expected_duration;  // of the planned deploy
  bool deploys_unread = false;                // its deploys are listed only when its turn comes
  std::vector<DeployId> known_deploys;        // seen while planning
  DeployId live_deploy;                       // running while planning; empty: none
  DeployId rollback_to;                       // set: roll back to that deploy instead of making a new one
  std::string health_url;                     // empty: no health check possible
  std::string dashboard_url;                  // its page; empty: unknown
  std::optional<Duration> median_duration;    // of its last deploys, with or without a build
  bool has_disk = false;                      // a deploy stops the old instance before it starts the new one
  bool auto_deploy = false;                   // Render deploys the service by itself after changes
  bool image_backed = false;                  // deploys an image, so nothing is built
  bool hold = false;                          // switch off its automatic deploys before the first write
  std::string auto_deploy_was{};              // set: the run to roll back switched them off from this
  bool redeploys() const { return redeploy != Reason::none; }
  bool operator==(const PlannedService&) const = default;
};

struct Plan {
  model::Owner owner;
  std::string file;
  std::int64_t undoes = 0;  // the run to roll back; 0: none
  std::vector<PlannedGroup> groups;
  std::vector<PlannedService> services;  // in the file's order
  std::optional<NewGroup> new_group{};   // created before anything else is written
  std::vector<ValueChange> values;       // all are read back before the first link changes
  std::string digest_key;                // identifies the key of the values' digests
  bool keeps_undo = false;               // keep the old values for a rollback
  std::vector<LinkChange> links;         // in the order in which they are made
  std::vector<std::vector<std::size_t>> waves;
  std::vector<UnmanagedLink> unmanaged;
  std::vector<StaleConsumer> stale_consumers;
  std::vector<Finding> findings;
  std::vector<Finding> ignored;  // by the file's policy
  model::Unmanaged unmanaged_policy = model::Unmanaged::report;
  model::RolloutSettings rollout;
  model::ApiSettings api;

  std::optional<Only> only{};  // --only; unset: the plan is of the whole file

  bool journal_unreadable = false;

  /// The group was created: replaces `not_made` by its id.
  void name_new_group(const GroupId& id);

  bool refused() const;  // an error among the findings: nothing may be written
  bool empty() const;    // nothing to change or redeploy
  FindingList found() const { return {file, findings, ignored}; }
  std::size_t deploys() const;
  /// The finding that a service of the plan depends on one with a deploy in progress, so nothing may be
  /// written yet. nullptr: none, or the file's policy allows it.
  const Finding* blocking_dependency() const;
  bool operator==(const Plan&) const = default;
};

}  // namespace envlink::plan
