#pragma once
// A value that must only leave the process in a request. It has no operator<<, formatter, conversion or
// comparison. Only these may read it: the builders of the Authorization header and of request bodies, KeyMask
// and Redactor, which mask it in text, SealKey, which seals it for a store of runs, key_name, which hashes
// it, postgres::Address, which hands a password to libpq, and KeyPrinter, which prints a team's new key once.

#include <string>

namespace envlink {

class Secret;

namespace api {
struct Authorization;
class KeyMask;
class Redactor;
struct WrittenValue;
std::string key_name(const Secret& key);
}  // namespace api
namespace cli {
class KeyPrinter;
}
namespace keys {
class SealKey;
}
namespace postgres {
class Address;
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
  friend std::string api::key_name(const Secret& key);
  friend class cli::KeyPrinter;
  friend class keys::SealKey;
  friend class postgres::Address;
  friend struct SecretText;  // in tests only
  std::string value_;
};

}  // namespace envlink
