#pragma once
// A name for an API key, the same on every machine, that does not give the key away.

#include <string>

#include "base/secret.h"

namespace envlink::api {

/// 32 hexadecimal digits of a hash. A key is random and long, so nobody finds it by trying.
std::string key_name(const Secret& key);

}  // namespace envlink::api
