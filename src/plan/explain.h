#pragma once
// Where each variable of a service comes from, and which of several wins. Pure; knows no value.

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
  std::string name;              // the group's; empty for its own
  model::Facts facts;
  model::Sameness sameness = model::Sameness::equal;  // with the winner's value
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
  std::optional<std::size_t> variables;  // unset: Render does not tell them
  std::size_t secret_files = 0;
  bool operator==(const ExplainedGroup&) const = default;
};

/// What `apply` would make of it, where the file changes the service's links.
struct AfterApply {
  std::vector<ExplainedGroup> linked;        // links to be made
  std::vector<ExplainedGroup> unlinked;      // links to be removed
  std::vector<ExplainedVariable> variables;  // those whose sources change; sources empty: reaches it no more
  bool operator==(const AfterApply&) const = default;
};

struct Explanation {
  model::Owner owner;
  ServiceId service;
  std::string name;
  model::ServiceType type = model::ServiceType::unknown;
  std::vector<ExplainedGroup> groups;        // linked now
  std::vector<ExplainedVariable> variables;  // sorted by key
  std::string asked;                         // the one key that was asked for; empty: all
  std::string near;                          // where it reaches the service not: the nearest that does
  std::optional<AfterApply> after;           // unset: the file changes none of its links
  bool operator==(const Explanation&) const = default;
};

/// `service`: a name or an id. `key`: empty for all. `desired` may be empty. An error only where there is no
/// such service, or several.
Result<Explanation> explain(const model::Workspace& actual, std::string_view service, std::string_view key,
                            const model::Desired& desired = {});

}  // namespace envlink::plan
