#pragma once
// A new random value from the system's generator.

#include <array>
#include <cstddef>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"
#include "base/words.h"
#include "source/wiped.h"

namespace envlink::source {

/// base64url has no padding; base64 has. alphanumeric: letters and digits, all equally likely.
enum class Encoding { base64url, base64, hex, alphanumeric };
constexpr auto words(Encoding) {
  return std::to_array<std::string_view>({"base64url", "base64", "hex", "alphanumeric"});
}

constexpr std::size_t most_random_bytes = 65536;

/// `bytes` random bytes in `encoding`; for alphanumeric, `bytes` characters.
Wiped random_text(std::size_t bytes, Encoding encoding);

/// The same as a value; from 1 to `most_random_bytes`.
Result<Secret> generate(std::size_t bytes, Encoding encoding);

}  // namespace envlink::source
