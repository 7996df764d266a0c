#pragma once
// SHA-256 of bytes, as 64 hexadecimal digits in lower case.

#include <string>
#include <string_view>

namespace envlink {

std::string sha256_hex(std::string_view bytes);
/// 64 hexadecimal digits in lower case.
bool looks_like_sha256(std::string_view text);

}  // namespace envlink
