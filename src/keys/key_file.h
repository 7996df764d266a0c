#pragma once
// A key of this machine: random bytes in their own file, mode 0600, next to the journal and never in it.

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "keys/key_bytes.h"

namespace envlink::keys {

struct KeyFile {
  std::string_view name;  // in its folder
  std::string_view what;  // "digest key"
  std::string_view cure;  // what to do if it cannot be used, and what that loses; {0}: its path

  std::string path_in(const std::string& directory) const;
  /// Loads the key, or creates it. Concurrent processes get the same key. An error if the file has the wrong
  /// size, belongs to another user or can be read by others.
  Result<std::shared_ptr<const KeyBytes>> open(const std::string& directory) const;
  /// Never creates the file. Null: it does not exist.
  Result<std::shared_ptr<const KeyBytes>> find(const std::string& directory) const;
};

}  // namespace envlink::keys
