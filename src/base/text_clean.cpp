#include <algorithm>

#include "base/text.h"
#include "base/utf8.h"

namespace envlink {
namespace {

bool breaks_line(char32_t c) {
  return c == '\n' || c == '\r' || c == '\t' || c == 0x2028 || c == 0x2029;
}

/// Moves the cursor, turns the writing direction, or is not seen at all: two names could look the same.
bool is_deceptive(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) ||                          // C0, DEL, C1
         c == 0x061C || c == 0x200E || c == 0x200F ||                     // direction marks
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||  // bidi overrides and isolates
         c == 0x200B || c == 0x2060 || c == 0xFEFF ||                     // zero width
         (c & 0xFFFE) == 0xFFFE ||        // no characters, nor may XML have them
         (c >= 0xE0000 && c <= 0xE007F);  // tags
}

bool is_plain(char c) {
  return c >= 0x20 && c < 0x7F;
}

bool is_key_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

}  // namespace

std::string clean(std::string_view text, std::size_t limit) {
  // Nearly every name and id: nothing to clean and nothing to cut.
  if (text.size() <= limit && std::ranges::all_of(text, [](char c) { return is_plain(c); }))
    return std::string(text);
  std::string out;
  std::size_t characters = 0;
  std::size_t cut_at = 0;  // where the ellipsis goes if there turns out to be more than `limit`
  for (std::size_t at = 0; at < text.size();) {
    if (characters == limit) {
      out.resize(cut_at);
      if (limit > 0) out += "…";
      return out;
    }
    const Decoded decoded = decode_utf8(text, at);
    const bool is_crlf = decoded.character == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
    at += is_crlf ? 2 : decoded.length;
    if (++characters == limit) cut_at = out.size();
    if (breaks_line(decoded.character)) {
      out += ' ';
    } else {
      append_utf8(out, is_deceptive(decoded.character) ? replacement_character : decoded.character);
    }
  }
  return out;
}

std::string mask_keys(std::string_view text) {
  constexpr std::string_view prefix = "rnd_";
  std::string out;
  for (;;) {
    const auto found = text.find(prefix);
    if (found == std::string_view::npos) return out.append(text);
    const auto body = text.begin() + found + prefix.size();
    const auto end = std::find_if_not(body, text.end(), is_key_character);
    out.append(text.begin(), body);
    if (end != body) out += "***";
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
  }
}

}  // namespace envlink
