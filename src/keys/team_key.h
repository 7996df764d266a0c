#pragma once
// The key that a team shares: 32 random bytes as text in ENVLINK_STORE_KEY on each machine, never in the
// store itself. The keys of digests and of old values are derived from it.

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/secret.h"
#include "keys/digest_key.h"
#include "keys/seal_key.h"

namespace envlink::keys {

struct KeyBytes;

class TeamKey {
 public:
  static TeamKey make();
  /// "envlink-store-key-", then the bytes in base64url without padding or in hexadecimal. The error never
  /// shows the text.
  static Result<TeamKey> parse(std::string_view text);

  Secret text() const;
  /// That of its digest key. Says which key it is and helps nobody to guess it.
  std::string id() const { return digest_key().id(); }
  DigestKey digest_key() const;
  SealKey seal_key() const;

 private:
  explicit TeamKey(std::shared_ptr<const KeyBytes> key) : key_(std::move(key)) {}

  std::shared_ptr<const KeyBytes> key_;  // overwritten when its last owner is destroyed
};

}  // namespace envlink::keys
