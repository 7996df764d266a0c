#pragma once
// What envlink keeps of a value that it read: enough to see whether two values are equal, nothing else. It
// can be compared with others of the same process, but not formatted, ordered or stored.

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
