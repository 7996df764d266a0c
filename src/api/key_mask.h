#pragma once
// Masks the API key in replies before they are read, shown or stored: an error, a redirect or a name may
// repeat it, and not every key starts with rnd_.

#include <string>

#include "api/message.h"
#include "base/secret.h"

namespace envlink::api {

class KeyMask {
 public:
  explicit KeyMask(const Secret& key) : key_(key) {}

  /// Replaces the key by ***: plain, or with any characters escaped as in JSON or percent-encoded, once or
  /// twice. A key of fewer than eight characters is not masked: it could be part of any word.
  std::string mask(std::string text) const;
  /// Masks headers and body, or the reason for a missing answer.
  void mask(Outcome& outcome) const;

 private:
  Secret key_;
};

}  // namespace envlink::api
