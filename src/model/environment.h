#pragma once
// An environment of a project: services and groups may belong to one.

#include <optional>
#include <string>

namespace envlink::model {

struct Environment {
  std::string name;                    // empty: not in the reply
  std::optional<bool> is_protected{};  // unset: not in the reply
  std::string unread{};                // why it could not be read; empty: it was read
  bool operator==(const Environment&) const = default;
};

}  // namespace envlink::model
