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
  /// Set after the group itself was read; the list of groups does not contain them.
  std::optional<std::vector<Variable>> variables;
  std::vector<std::string> secret_files;  // names only
  bool files_told = false;                // the group itself was read, and the reply contained them
  /// By name; only files whose content is visible, and only if digests are kept.
  std::map<std::string, ValueDigest, std::less<>> secret_file_digests{};

  bool shares_name = false;  // another one in the workspace has the same name: canonical_order.h

  bool links_to(const ServiceId& service) const;
  /// The keys of its variables, if the group itself was read, then of its secret files.
  std::vector<std::string> keys() const;
  /// Looks for a variable or "file:NAME". The group itself must have been read.
  bool holds(std::string_view key) const;
  /// Unset: the key does not exist, Render hides its value, or digests are not kept.
  std::optional<ValueDigest> digest_of(std::string_view key) const;
  /// The name to show, with the id if the name is ambiguous.
  std::string label() const;
  bool operator==(const Group&) const = default;
};

}  // namespace envlink::model
