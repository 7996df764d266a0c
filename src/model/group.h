#pragma once
// An environment group. Values never enter the model: keys and facts only.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "model/value_digest.h"
#include "model/variable.h"

namespace envlink::model {

struct Group {
  GroupId id;
  std::string name;
  OwnerId owner;
  std::optional<EnvironmentId> environment;  // set: linkable only to services of that environment
  std::optional<Time> created;
  std::optional<Time> updated;
  std::vector<ServiceId> links;  // each service once, in Render's order
  /// Set once the group itself was read; the list of groups does not carry them.
  std::optional<std::vector<Variable>> variables;
  std::vector<std::string> secret_files;  // names only
  bool files_told = false;                // the group itself was read, and its answer had them
  /// By their names; those whose content was told, where somebody keeps digests.
  std::map<std::string, ValueDigest, std::less<>> secret_file_digests{};

  bool shares_name = false;  // another one of the workspace is called so: canonical_order.h

  bool links_to(const ServiceId& service) const;
  /// Of its variables, where it was read itself, then of its secret files.
  std::vector<std::string> keys() const;
  /// A variable, or "file:NAME". It was read itself.
  bool holds(std::string_view key) const;
  /// Unset: it holds none of that key, Render hides it, or nobody keeps digests.
  std::optional<ValueDigest> digest_of(std::string_view key) const;
  /// What people are told it is called: its name, and its id as well where the name says too little.
  std::string label() const;
  bool operator==(const Group&) const = default;
};

}  // namespace envlink::model
