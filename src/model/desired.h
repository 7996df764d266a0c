#pragma once
// The content of envlink.yaml, with places so that findings can point to them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/place.h"
#include "base/time.h"
#include "base/words.h"
#include "model/service.h"
#include "model/variable.h"

namespace envlink::model {

struct VariableCount {
  int number = 0;
  bool at_least = false;  // {min: 39}
  Place place;
  bool operator==(const VariableCount&) const = default;
};

/// A required variable, and the shape of its value.
struct Requirement {
  SourceString key;
  std::optional<Shape> shape{};  // unset: any value
  bool operator==(const Requirement&) const = default;
};

/// The kind of source for values.
enum class ValuesFrom { dotenv, env, command, file };
constexpr auto words(ValuesFrom) {
  return std::to_array<std::string_view>({"dotenv", "env", "command", "file"});
}

/// An entry of `values`: a source, and the variables or secret files of the group that get values from it.
struct ValuesEntry {
  ValuesFrom from = ValuesFrom::dotenv;
  std::vector<std::string> words{};   // the path, the prefix, or the program and its arguments
  Place place{};                      // of `words`
  std::vector<SourceString> keys{};   // the keys to take from the source; empty: all
  std::optional<SourceString> key{};  // the key whose value is the source's whole output
  bool prune = false;                 // unset the group's variables that no entry names
  bool operator==(const ValuesEntry&) const = default;
};

struct DesiredGroup {
  SourceString name;               // a name, or an id used as one
  std::optional<SourceString> id;  // must belong to the name
  std::optional<VariableCount> variables;
  std::vector<Requirement> require;
  std::vector<ValuesEntry> values{};
  bool operator==(const DesiredGroup&) const = default;
};

struct DesiredService {
  SourceString name;
  std::optional<SourceString> id;
  std::optional<ServiceType> type;
  Place type_place;
  std::vector<SourceString> link;    // keys of `groups`
  std::vector<SourceString> after;   // keys of `services`
  std::vector<Requirement> require;  // through a linked group or its own variables; with require_from's keys
  std::optional<SourceString> require_from;  // a dotenv file, relative to this file
  bool operator==(const DesiredService&) const = default;
};

enum class Unmanaged { keep, report, remove };
constexpr auto words(Unmanaged) {
  return std::to_array<std::string_view>({"keep", "report", "remove"});
}
enum class Order { dependencies, listed };
constexpr auto words(Order) {
  return std::to_array<std::string_view>({"dependencies", "listed"});
}
enum class Gate { started, live, healthy };
constexpr auto words(Gate) {
  return std::to_array<std::string_view>({"started", "live", "healthy"});
}
enum class OnFailure { halt, continue_, rollback };  // rollback halts first
constexpr auto words(OnFailure) {
  return std::to_array<std::string_view>({"halt", "continue", "rollback"});
}
/// What to do with a suspended service whose links or deploy differ from the file.
enum class OnSuspended { refuse, link, skip };  // refuse the plan; skip its deploy; skip its links as well
constexpr auto words(OnSuspended) {
  return std::to_array<std::string_view>({"refuse", "link", "skip"});
}
enum class DeployChoice { automatic, rebuild, deploy_only };
constexpr auto words(DeployChoice) {
  return std::to_array<std::string_view>({"auto", "rebuild", "deploy_only"});
}
enum class LinkMethod { env_group, service_patch };
constexpr auto words(LinkMethod) {
  return std::to_array<std::string_view>({"env-group", "service-patch"});
}

/// What to do with a service if it is unknown whether it runs with its linked variables.
enum class OnUnknown { redeploy, keep };
constexpr auto words(OnUnknown) {
  return std::to_array<std::string_view>({"redeploy", "keep"});
}
enum class VerifyUnknown { fail, allow };
constexpr auto words(VerifyUnknown) {
  return std::to_array<std::string_view>({"fail", "allow"});
}

struct RolloutSettings {
  Order order = Order::dependencies;
  Gate gate = Gate::live;
  int max_parallel = 8;
  OnFailure on_failure = OnFailure::halt;
  DeployChoice deploy = DeployChoice::automatic;
  OnUnknown unknown = OnUnknown::redeploy;
  Duration poll_interval = std::chrono::seconds(10);  // the longest time between two reads of a deploy
  Duration timeout = std::chrono::minutes(10);        // per deploy
  OnSuspended suspended = OnSuspended::refuse;
  bool hold = false;  // automatic deploys are off while the run writes and deploys
  bool operator==(const RolloutSettings&) const = default;
};

struct ApiSettings {
  LinkMethod link_method = LinkMethod::env_group;
  Duration min_interval{0};  // between the starts of any two requests
  int retries = 3;
  Duration backoff = std::chrono::seconds(2);  // doubles each time
  bool operator==(const ApiSettings&) const = default;
};

enum class Severity { note, warning, error };
constexpr auto words(Severity) {
  return std::to_array<std::string_view>({"note", "warning", "error"});
}
constexpr std::string_view to_string(Severity severity) {
  return word(severity);
}

/// The file's policy for a finding.
struct PolicyRule {
  SourceString id;
  std::optional<Severity> severity;      // unset: ignored
  std::optional<SourceString> subject;   // a group or a service of the file; unset: any
  std::optional<SourceString> variable;  // unset: any, and findings without a variable
  std::string reason;
  bool operator==(const PolicyRule&) const = default;
};

/// The maximum that a file can set, and the limit for runs without a file.
constexpr Duration longest_undo_keep = std::chrono::days(90);

struct Desired {
  std::string file;  // as the user named it
  std::optional<SourceString> workspace;
  std::vector<DesiredGroup> groups;
  std::vector<DesiredService> services;  // in the file's order
  std::vector<SourceString> build_time;  // keys that a build reads, or PREFIX_*, besides the known ones
  std::vector<PolicyRule> policy;        // the first match for a finding counts
  Unmanaged unmanaged = Unmanaged::report;
  RolloutSettings rollout;
  VerifyUnknown verify_unknown = VerifyUnknown::fail;
  ApiSettings api;
  Duration undo_keep = std::chrono::days(7);  // how long values from before a run are kept, from its end
  bool operator==(const Desired&) const = default;
};

}  // namespace envlink::model
