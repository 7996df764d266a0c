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

struct KeyBytes;

class DigestKey {
 public:
  /// As KeyFile::open.
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
  explicit DigestKey(std::shared_ptr<const KeyBytes> key) : key_(std::move(key)) {}

  std::shared_ptr<const KeyBytes> key_;  // overwritten when the last user of it is gone
};

}  // namespace envlink::journal
