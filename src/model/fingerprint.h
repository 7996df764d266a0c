#pragma once
// What is left of a value once it was read: enough to tell whether two are equal, and nothing else. It can be
// compared with another of the same process, and neither formatted, ordered nor stored.

#include <array>

namespace envlink::model {

class Fingerprint {
 public:
  using Bytes = std::array<unsigned char, 32>;

  explicit Fingerprint(const Bytes& bytes) : bytes_(bytes) {}
  bool operator==(const Fingerprint&) const = default;

 private:
  Bytes bytes_;
};

}  // namespace envlink::model
