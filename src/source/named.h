#pragma once
// A value and its variable.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"

namespace envlink::source {

/// Secrets of this program: programs that it starts do not get them, and they are only set on a service if
/// they are named.
inline constexpr auto own_keys =
    std::to_array<std::string_view>({"RENDER_API_KEY", "ENVLINK_STORE_KEY", "ENVLINK_STORE"});
inline bool is_own(std::string_view key) {
  return std::ranges::find(own_keys, key) != own_keys.end();
}

struct Named {
  std::string key;
  Secret value;  // may be empty: the caller decides
  int line = 0;  // in its file, from 1; 0: not from a file
};

inline std::vector<Named> without_own_keys(std::vector<Named> all) {
  std::erase_if(all, [](const Named& one) { return is_own(one.key); });
  return all;
}

}  // namespace envlink::source
