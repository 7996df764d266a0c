#pragma once
// A value that must not leave the process except in a request. It has no operator<<, no formatter, no
// conversion and no comparison. Three may read it: the builder of the Authorization header, and KeyMask and
// Redactor, which look for it in a text in order to mask it.

#include <string>

namespace envlink {

namespace api {
struct Authorization;
class KeyMask;
class Redactor;
}  // namespace api

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
  std::string value_;
};

}  // namespace envlink
