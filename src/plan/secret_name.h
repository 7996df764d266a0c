#pragma once
// Whether the name of a variable, or of a secret file, says that what it holds is a secret.

#include <string_view>

namespace envlink::plan {

/// `key`: "STRIPE_SECRET_KEY", or "file:server.key". A name about a secret (TOKEN_TTL, KEY_ID, PUBLIC_KEY)
/// does not say so.
bool name_says_secret(std::string_view key);

}  // namespace envlink::plan
