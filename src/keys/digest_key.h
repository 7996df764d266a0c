#pragma once
// The key of the digests of values (model/value_digest.h): 32 random bytes, of a team (keys/team_key.h) or of
// this machine. A machine's is in DIRECTORY/digest.key, mode 0600, next to the journal and never in it; a
// lost one is replaced by a new one, and old digests are then useless.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "model/value_digest.h"

namespace envlink::keys {

struct KeyBytes;

class DigestKey {
 public:
  explicit DigestKey(std::shared_ptr<const KeyBytes> key) : key_(std::move(key)) {}
  /// See KeyFile::open.
  static Result<DigestKey> open(const std::string& directory);
  /// Never creates the file. nullopt: it does not exist.
  static Result<std::optional<DigestKey>> find(const std::string& directory);

  /// HMAC-SHA256.
  model::ValueDigest digest(model::ValueKind kind, std::string_view name, std::string_view value) const;
  /// The same as a function that shares ownership of the key.
  model::DigestValue function() const;
  /// 16 hexadecimal digits to store with digests. They show whether old digests were made with this key.
  std::string id() const;

 private:
  std::shared_ptr<const KeyBytes> key_;  // overwritten when its last owner is destroyed
};

}  // namespace envlink::keys
