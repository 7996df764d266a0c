#pragma once
// Takes the API key out of what arrives, before anything of it is read, shown or stored: an error, a redirect
// or a name may echo it, and not every key begins with rnd_.

#include <string>

#include "api/message.h"
#include "base/secret.h"

namespace envlink::api {

class KeyMask {
 public:
  explicit KeyMask(const Secret& key) : key_(key) {}

  /// The key becomes ***: as it is, and with any of its characters escaped as in JSON or percent-encoded,
  /// once or again. One of fewer than eight characters is left: it could be a part of any word.
  std::string mask(std::string text) const;
  /// Its headers and its body, or why there is none.
  void mask(Outcome& outcome) const;

 private:
  Secret key_;
};

}  // namespace envlink::api
