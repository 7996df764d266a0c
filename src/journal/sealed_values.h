#pragma once
// The values from before a run, sealed with a key that is not in the journal: 32 random bytes in
// DIRECTORY/undo.key, mode 0600. Sealed values cannot be read without it.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "engine/ports.h"

namespace envlink::journal {

struct KeyBytes;

/// XChaCha20-Poly1305. The length of `bytes` reveals the value's length rounded to 256 bytes, but not whether
/// there was a value.
struct SealedValue {
  std::string nonce{};
  std::string bytes{};
};

class SealKey {
 public:
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
  explicit SealKey(std::shared_ptr<const KeyBytes> key) : key_(std::move(key)) {}

  std::shared_ptr<const KeyBytes> key_;  // overwritten when its last owner is destroyed
};

}  // namespace envlink::journal
