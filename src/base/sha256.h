#pragma once
// SHA-256 of bytes, as 64 hexadecimal digits in lower case or as Base64; and HMAC with it.

#include <string>
#include <string_view>

namespace envlink {

std::string sha256_hex(std::string_view bytes);
/// The 32 bytes as Base64, as used in a content security policy.
std::string sha256_base64(std::string_view bytes);
std::string base64(std::string_view bytes);
/// HMAC-SHA256 as Base64.
std::string hmac_sha256_base64(std::string_view key, std::string_view bytes);
/// 64 hexadecimal digits in lower case.
bool looks_like_sha256(std::string_view text);

}  // namespace envlink
