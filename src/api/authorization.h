#pragma once
// The one place where the API key is read.

#include <string>

#include "base/secret.h"

namespace envlink::api {

struct Authorization {
  /// "Bearer …": the value of the Authorization header. Hand it to the transport, nowhere else.
  static std::string header(const Secret& key) { return "Bearer " + key.value_; }
};

}  // namespace envlink::api
