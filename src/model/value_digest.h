#pragma once
// What the store keeps of a value with a proved deploy: a keyed digest, by which a later run tells whether
// the value is still the one that was deployed. Whoever has the key could try values against it, so it goes
// into the store and nowhere else; it can be neither formatted nor ordered.

#include <array>
#include <functional>
#include <string>
#include <string_view>

#include "base/words.h"

namespace envlink::model {

enum class ValueKind { variable, secret_file };
constexpr auto words(ValueKind) {
  return std::to_array<std::string_view>({"variable", "secret_file"});
}

class ValueDigest {
 public:
  using Bytes = std::array<unsigned char, 32>;

  explicit ValueDigest(const Bytes& bytes) : bytes_(bytes) {}
  /// For the store alone.
  std::string hex() const;
  bool operator==(const ValueDigest&) const = default;

 private:
  Bytes bytes_;
};

/// Makes the digest of a value: of a variable by its key, of a secret file by its name. Equal values under
/// different names have different digests. Empty where nobody keeps any.
using DigestValue = std::function<ValueDigest(ValueKind kind, std::string_view name, std::string_view value)>;

}  // namespace envlink::model
