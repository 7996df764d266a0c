#pragma once
// Prints a team's new key to stdout, where everything else that looks like one is masked.

#include "base/secret.h"

namespace envlink::cli {

class KeyPrinter {
 public:
  static void print(const Secret& key);
};

}  // namespace envlink::cli
