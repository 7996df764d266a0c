#pragma once
// Digits written in place: times and headers are written with every request, and fmt reads its format each
// time.

#include <cstddef>
#include <cstdint>

namespace envlink {

/// Exactly `width` decimal digits of `value`, with leading zeros. Behind the last of them.
inline char* put_digits(char* out, std::uint64_t value, std::size_t width) {
  for (std::size_t i = width; i-- > 0; value /= 10) out[i] = static_cast<char>('0' + value % 10);
  return out + width;
}

/// The same in lower-case hexadecimal.
inline char* put_hex(char* out, std::uint64_t value, std::size_t width) {
  for (std::size_t i = width; i-- > 0; value >>= 4U) out[i] = "0123456789abcdef"[value & 15U];
  return out + width;
}

}  // namespace envlink
