#pragma once
// The only place that reads the API key.

#include <string>

#include "base/secret.h"

namespace envlink::api {

struct Authorization {
  /// "Bearer …": the value of the Authorization header. Pass it only to the transport.
  static std::string header(const Secret& key) { return "Bearer " + key.value_; }
};

}  // namespace envlink::api
