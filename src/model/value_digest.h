#pragma once
// A keyed digest of a value, stored with a confirmed deploy. A later run uses it to see whether the value is
// still the deployed one. With the key, values could be guessed by trying, so digests go to the store and
// nowhere else; they cannot be formatted or ordered.

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
  /// Only for the store.
  std::string hex() const;
  bool operator==(const ValueDigest&) const = default;

 private:
  Bytes bytes_;
};

/// Computes the digest of a value of a variable (by key) or a secret file (by name). Equal values with
/// different names have different digests. Empty if digests are not kept.
using DigestValue = std::function<ValueDigest(ValueKind kind, std::string_view name, std::string_view value)>;

}  // namespace envlink::model
