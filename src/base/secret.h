#pragma once
// A value that must only leave the process in a request. It has no operator<<, formatter, conversion or
// comparison. Only these may read it: the builders of the Authorization header and of request bodies, KeyMask
// and Redactor, which mask it in text, and SealKey, which seals it for the journal.

#include <string>

namespace envlink {

namespace api {
struct Authorization;
class KeyMask;
class Redactor;
struct WrittenValue;
}  // namespace api
namespace journal {
class SealKey;
}

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value);
  Secret(const Secret&) = default;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret other) noexcept;
  ~Secret();  // overwrites the value

  bool empty() const { return value_.empty(); }

 private:
  friend struct api::Authorization;
  friend class api::KeyMask;
  friend class api::Redactor;
  friend struct api::WrittenValue;
  friend class journal::SealKey;
  friend struct SecretText;  // in tests only
  std::string value_;
};

}  // namespace envlink
