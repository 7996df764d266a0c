#pragma once
// Text that no other process makes.

#include <string>

namespace envlink::keys {

/// 32 hexadecimal digits.
std::string random_text();

}  // namespace envlink::keys
