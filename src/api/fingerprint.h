#pragma once
// Turns a value into a fingerprint: HMAC-SHA256 under a key that lives as long as the process. Without the
// key a short value could be found by trying all of them.

#include <array>
#include <optional>
#include <string_view>

#include "model/fingerprint.h"

namespace envlink::api {

class Fingerprinter {
 public:
  using Key = std::array<unsigned char, 32>;

  /// `key`: random, made where the process has randomness.
  explicit Fingerprinter(const Key& key) : key_(key) {}
  /// nullopt where the library fails: whether the value equals another is then unknown.
  std::optional<model::Fingerprint> of(std::string_view value) const;

 private:
  Key key_;
};

}  // namespace envlink::api
