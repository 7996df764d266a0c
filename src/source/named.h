#pragma once
// A value and the variable that it is for.

#include <string>

#include "base/secret.h"

namespace envlink::source {

struct Named {
  std::string key;
  Secret value;  // may be empty: the caller decides
  int line = 0;  // in the file it comes from, from 1; 0: it comes from none
};

}  // namespace envlink::source
