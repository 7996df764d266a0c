#pragma once
// Computes the fingerprint of a value: HMAC-SHA256 with a key that exists only in this process. Without a
// key, short values could be found by trying all of them.

#include <array>
#include <optional>
#include <string_view>

#include "model/fingerprint.h"

namespace envlink::api {

class Fingerprinter {
 public:
  using Key = std::array<unsigned char, 32>;

  /// `key`: random bytes from the caller.
  explicit Fingerprinter(const Key& key) : key_(key) {}
  /// nullopt if the library fails. Then the value cannot be compared.
  std::optional<model::Fingerprint> of(std::string_view value) const;

 private:
  Key key_;
};

}  // namespace envlink::api
