#pragma once
// Writes digits in place, for times and headers in every reply: faster than fmt, which parses its format each
// time. Also reads hexadecimal digits.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace envlink {

inline constexpr std::array<std::array<char, 2>, 100> two_digits = [] {
  std::array<std::array<char, 2>, 100> all{};
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i] = {static_cast<char>('0' + i / 10), static_cast<char>('0' + i % 10)};
  }
  return all;
}();

/// Writes exactly `width` decimal digits (an even number), with leading zeros. Returns the end.
template <std::size_t width>
char* put_digits(char* out, std::uint64_t value) {
  static_assert(width % 2 == 0);
  for (std::size_t i = width; i > 0; i -= 2, value /= 100) {
    out[i - 2] = two_digits[value % 100][0];
    out[i - 1] = two_digits[value % 100][1];
  }
  return out + width;
}

/// The same in lower-case hexadecimal.
template <std::size_t width>
char* put_hex(char* out, std::uint64_t value) {
  for (std::size_t i = width; i-- > 0; value >>= 4U) out[i] = "0123456789abcdef"[value & 15U];
  return out + width;
}

/// The value of a digit in either case; nullopt: not a digit.
constexpr std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

}  // namespace envlink
