#pragma once
// SHA-256 of bytes, as 64 hexadecimal digits in lower case or as Base64.

#include <string>
#include <string_view>

namespace envlink {

std::string sha256_hex(std::string_view bytes);
/// The 32 bytes as Base64, as used in a content security policy.
std::string sha256_base64(std::string_view bytes);
/// 64 hexadecimal digits in lower case.
bool looks_like_sha256(std::string_view text);

}  // namespace envlink
