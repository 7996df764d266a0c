#pragma once
// A value and the variable that it is for.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"

namespace envlink::source {

/// What this program signs in with: whoever means it for a service names it.
inline constexpr std::string_view own_key = "RENDER_API_KEY";

struct Named {
  std::string key;
  Secret value;  // may be empty: the caller decides
  int line = 0;  // in the file it comes from, from 1; 0: it comes from none
};

inline std::vector<Named> without_own_key(std::vector<Named> all) {
  std::erase_if(all, [](const Named& one) { return one.key == own_key; });
  return all;
}

}  // namespace envlink::source
