#pragma once
// Where each variable of a service comes from, and which source wins. Pure; sees no values.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/desired.h"
#include "model/workspace.h"
#include "plan/precedence.h"

namespace envlink::plan {

struct ExplainedSource {
  std::optional<GroupId> group;  // unset: the service's own variable
  std::string name;              // the group's name; empty for the service's own variable
  model::Facts facts;
  model::Sameness sameness = model::Sameness::equal;  // compared with the winning value
  bool operator==(const ExplainedSource&) const = default;
};

struct ExplainedVariable {
  std::string key;                       // or "file:NAME"
  std::vector<ExplainedSource> sources;  // the winner first
  Rule rule = Rule::only;
  bool guaranteed() const { return rule == Rule::only || rule == Rule::own; }
  bool settled() const { return rule != Rule::unsettled && rule != Rule::files; }
  bool operator==(const ExplainedVariable&) const = default;
};

struct ExplainedGroup {
  GroupId id;
  std::string name;
  std::optional<std::size_t> variables;  // unset: Render does not show them
  std::size_t secret_files = 0;
  bool operator==(const ExplainedGroup&) const = default;
};

/// What `apply` would change, if the file changes the service's links.
struct AfterApply {
  std::vector<ExplainedGroup> linked;        // links to be made
  std::vector<ExplainedGroup> unlinked;      // links to be removed
  std::vector<ExplainedVariable> variables;  // those whose sources change; no sources: the service loses it
  bool operator==(const AfterApply&) const = default;
};

struct Explanation {
  model::Owner owner;
  ServiceId service;
  std::string name;
  model::ServiceType type = model::ServiceType::unknown;
  std::vector<ExplainedGroup> groups;        // linked now
  std::vector<ExplainedVariable> variables;  // sorted by key
  std::string asked;                         // the requested key; empty: all keys
  std::string near;  // if the service does not have the requested key: its nearest existing key
  std::optional<AfterApply> after;  // unset: the file does not change the service's links
  bool operator==(const Explanation&) const = default;
};

/// `service`: a name or an id. `key`: empty for all. `desired` may be empty. Fails only if no service or
/// several services match.
Result<Explanation> explain(const model::Workspace& actual, std::string_view service, std::string_view key,
                            const model::Desired& desired = {});

}  // namespace envlink::plan
