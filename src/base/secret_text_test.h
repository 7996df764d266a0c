#pragma once
// For tests that compare a secret with what it must be.

#include <string>

#include "base/secret.h"

namespace envlink {

struct SecretText {
  static const std::string& of(const Secret& secret) { return secret.value_; }
};

}  // namespace envlink
