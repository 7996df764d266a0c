#include <utf8proc.h>

#include <algorithm>

#include "base/text.h"
#include "base/utf8.h"

namespace envlink {
namespace {

std::size_t columns_of(char32_t character) {
  return static_cast<std::size_t>(std::max(0, utf8proc_charwidth(static_cast<utf8proc_int32_t>(character))));
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode_utf8(text, at);
    columns += columns_of(decoded.character);
    at += decoded.length;
  }
  return columns;
}

std::string fit(std::string_view text, std::size_t width) {
  std::size_t columns = 0;
  std::size_t kept = 0;          // bytes that leave a column for the ellipsis
  std::size_t kept_columns = 0;  // and their columns
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode_utf8(text, at);
    columns += columns_of(decoded.character);
    at += decoded.length;
    if (columns > width) {
      if (width == 0) return {};
      return std::string(text.substr(0, kept)) + "…" + std::string(width - kept_columns - 1, ' ');
    }
    if (columns < width) {
      kept = at;
      kept_columns = columns;
    }
  }
  return std::string(text) + std::string(width - columns, ' ');
}

}  // namespace envlink
