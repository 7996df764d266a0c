#include "base/percent.h"

#include <algorithm>
#include <array>

#include "base/characters.h"

namespace envlink {
namespace {

constexpr std::array<bool, 256> unreserved = [] {
  std::array<bool, 256> is = alphanumeric;
  for (const char c : {'-', '.', '_', '~'}) is[static_cast<unsigned char>(c)] = true;
  return is;
}();

constexpr bool is_unreserved(char c) {
  return unreserved[static_cast<unsigned char>(c)];
}

}  // namespace

void append_percent_encoded(std::string& out, std::string_view text, std::string_view kept) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  // An id has nothing to encode: it is appended in one go.
  const auto plain = std::ranges::find_if_not(text, [](char c) { return is_unreserved(c); }) - text.begin();
  out.append(text.substr(0, static_cast<std::size_t>(plain)));
  for (const char c : text.substr(static_cast<std::size_t>(plain))) {
    if (is_unreserved(c) || kept.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', digits[byte >> 4U], digits[byte & 15U]});
    }
  }
}

std::string percent_encode(std::string_view text, std::string_view kept) {
  std::string out;
  out.reserve(text.size());
  append_percent_encoded(out, text, kept);
  return out;
}

}  // namespace envlink
