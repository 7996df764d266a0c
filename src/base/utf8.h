#pragma once
// One step of UTF-8 decoding, for text that may not be UTF-8.

#include <cstddef>
#include <string>
#include <string_view>

namespace envlink {

constexpr char32_t replacement_character = U'\uFFFD';

struct Decoded {
  char32_t character = 0;
  std::size_t length = 0;  // bytes, at least 1
  bool valid = false;
};

/// The character at `at`, which must be inside `text`. For invalid bytes (overlong forms, surrogates,
/// truncated sequences): the replacement character and the length of the invalid part.
Decoded decode_utf8(std::string_view text, std::size_t at);

/// `character` must be a Unicode scalar value.
void append_utf8(std::string& out, char32_t character);

/// Removes the byte order mark that some editors write.
inline std::string_view without_byte_order_mark(std::string_view text) {
  return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
}

}  // namespace envlink
