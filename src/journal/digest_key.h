#pragma once
// The key of the digests of values (model/value_digest.h): 32 random bytes in DIRECTORY/digest.key, mode
// 0600, beside the journal and never in it. One that is lost is made anew: digests of the old one then tell
// nothing.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "model/value_digest.h"

namespace envlink::journal {

class DigestKey {
 public:
  /// Loads it, or makes it where there is none. Processes that do so at once get the same key. An error where
  /// the file is of another size, belongs to somebody else or can be read by others.
  static Result<DigestKey> open(const std::string& directory);
  /// Makes nothing. nullopt: there is none.
  static Result<std::optional<DigestKey>> find(const std::string& directory);

  /// HMAC-SHA256.
  model::ValueDigest digest(model::ValueKind kind, std::string_view name, std::string_view value) const;
  /// The same as a function, which keeps the key.
  model::DigestValue function() const;
  /// 16 hexadecimal digits to keep with digests: whether those of another time were made with this key.
  std::string id() const;

 private:
  struct Key;
  explicit DigestKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}

  std::shared_ptr<const Key> key_;  // overwritten when the last user of it is gone
};

}  // namespace envlink::journal
