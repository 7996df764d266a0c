#pragma once
// Classes of ASCII characters, looked up: ids are looked through with every request and every reply.

#include <array>
#include <cstddef>

namespace envlink {

inline constexpr std::array<bool, 256> alphanumeric = [] {
  std::array<bool, 256> is{};
  for (std::size_t c = '0'; c <= '9'; ++c) is[c] = true;
  for (std::size_t c = 'a'; c <= 'z'; ++c) is[c] = true;
  for (std::size_t c = 'A'; c <= 'Z'; ++c) is[c] = true;
  return is;
}();

constexpr bool is_alphanumeric(char c) {
  return alphanumeric[static_cast<unsigned char>(c)];
}

inline constexpr std::array<bool, 256> plain_in_json = [] {
  std::array<bool, 256> is{};
  for (std::size_t c = 0x20; c < is.size(); ++c) is[c] = c != '"' && c != '\\';
  return is;
}();

/// Does it stand as it is in a text of JSON?
constexpr bool is_plain_in_json(char c) {
  return plain_in_json[static_cast<unsigned char>(c)];
}

}  // namespace envlink
