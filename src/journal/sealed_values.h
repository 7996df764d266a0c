#pragma once
// What values were before a run changed them, sealed with a key that is not in the journal: 32 random bytes
// in DIRECTORY/undo.key, mode 0600. Without that key nobody can read what was sealed with it.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "engine/ports.h"

namespace envlink::journal {

struct KeyBytes;

/// XChaCha20-Poly1305. The length of `bytes` tells that of the value to 256 bytes, and not whether there was
/// one.
struct SealedValue {
  std::string nonce{};
  std::string bytes{};
};

class SealKey {
 public:
  /// As KeyFile::open.
  static Result<SealKey> open(const std::string& directory);
  /// Makes nothing. nullopt: there is none.
  static Result<std::optional<SealKey>> find(const std::string& directory);
  static std::string path_in(const std::string& directory);

  SealedValue seal(std::int64_t run, const engine::PriorValue& prior) const;
  /// nullopt: this key did not seal it for that position of that run, or it was changed since.
  std::optional<engine::PriorValue> unseal(std::int64_t run, std::size_t position,
                                           const SealedValue& sealed) const;

 private:
  explicit SealKey(std::shared_ptr<const KeyBytes> key) : key_(std::move(key)) {}

  std::shared_ptr<const KeyBytes> key_;  // overwritten when the last user of it is gone
};

}  // namespace envlink::journal
