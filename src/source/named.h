#pragma once
// A value and its variable.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"

namespace envlink::source {

/// The key that this program signs in with. It is only set on a service if it is named.
inline constexpr std::string_view own_key = "RENDER_API_KEY";

struct Named {
  std::string key;
  Secret value;  // may be empty: the caller decides
  int line = 0;  // in its file, from 1; 0: not from a file
};

inline std::vector<Named> without_own_key(std::vector<Named> all) {
  std::erase_if(all, [](const Named& one) { return one.key == own_key; });
  return all;
}

}  // namespace envlink::source
