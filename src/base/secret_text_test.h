#pragma once
// Lets tests read a secret.

#include <string>

#include "base/secret.h"

namespace envlink {

struct SecretText {
  static const std::string& of(const Secret& secret) { return secret.value_; }
};

}  // namespace envlink
