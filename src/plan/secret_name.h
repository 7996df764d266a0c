#pragma once
// Guesses from the name of a variable or secret file whether it contains a secret.

#include <string_view>

namespace envlink::plan {

/// `key`: "STRIPE_SECRET_KEY" or "file:server.key". TOKEN_TTL, KEY_ID and PUBLIC_KEY do not count.
bool name_says_secret(std::string_view key);

}  // namespace envlink::plan
