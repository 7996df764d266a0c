#pragma once
// A value and the variable that it is for.

#include <string>
#include <string_view>

#include "base/secret.h"

namespace envlink::source {

/// What this program signs in with: whoever means it for a service names it.
inline constexpr std::string_view own_key = "RENDER_API_KEY";

struct Named {
  std::string key;
  Secret value;  // may be empty: the caller decides
  int line = 0;  // in the file it comes from, from 1; 0: it comes from none
};

}  // namespace envlink::source
