#pragma once
// A last line of defence: secrets that can be recognized without knowing them.

#include <string>
#include <string_view>

namespace envlink {

/// What the key of a team's store begins with (keys/team_key.h).
constexpr std::string_view store_key_prefix = "envlink-store-key-";

/// Replaces by *** what follows `rnd_` in an API key of Render and `envlink-store-key-` in the key of a
/// store, and the password in an address `postgres://…`.
std::string mask_keys(std::string_view text);

}  // namespace envlink
