#pragma once
// The key that seals the values from before a run: 32 random bytes, of a team (keys/team_key.h) or of this
// machine, where they are in DIRECTORY/undo.key, mode 0600. Sealed values cannot be read without it, and it
// is never in the store that has them.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "engine/ports.h"

namespace envlink::keys {

struct KeyBytes;

/// XChaCha20-Poly1305. The length of `bytes` reveals the value's length rounded to 256 bytes, but not whether
/// there was a value.
struct SealedValue {
  std::string nonce{};
  std::string bytes{};
};

class SealKey {
 public:
  explicit SealKey(std::shared_ptr<const KeyBytes> key) : key_(std::move(key)) {}
  /// See KeyFile::open.
  static Result<SealKey> open(const std::string& directory);
  /// Never creates the file. nullopt: it does not exist.
  static Result<std::optional<SealKey>> find(const std::string& directory);
  static std::string path_in(const std::string& directory);

  SealedValue seal(std::int64_t run, const engine::PriorValue& prior) const;
  /// nullopt: not sealed with this key for that position of that run, or changed since.
  std::optional<engine::PriorValue> unseal(std::int64_t run, std::size_t position,
                                           const SealedValue& sealed) const;

 private:
  std::shared_ptr<const KeyBytes> key_;  // overwritten when its last owner is destroyed
};

}  // namespace envlink::keys
