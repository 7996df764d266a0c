#include "yaml/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/utf8.h"

namespace envlink::yaml {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Words that YAML 1.2, or YAML 1.1 in other programs, does not read as text.
bool is_special(std::string_view text) {
  constexpr std::array<std::string_view, 9> words = {"true", "false", "null", "yes", "no",
                                                     "on",   "off",   "y",    "n"};
  const auto same = [](char a, char b) { return (is_letter(a) ? static_cast<char>(a | 0x20) : a) == b; };
  return std::ranges::any_of(words,
                             [&](std::string_view word) { return std::ranges::equal(text, word, same); });
}

/// Starts with a letter, so it is not a number, and contains nothing with a meaning in YAML.
bool may_stand_plain(std::string_view text) {
  return !text.empty() && (is_letter(text.front()) || text.front() == '_') && !is_special(text) &&
         std::ranges::all_of(
             text, [](char c) { return is_alphanumeric(c) || c == '_' || c == '-' || c == '.' || c == '/'; });
}

/// Breaks a line, is invisible, or is refused by some readers.
bool needs_escape(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x2028 || c == 0x2029 || c == 0xFEFF ||
         (c & 0xFFFEU) == 0xFFFE;
}

void append_quoted(std::string& out, char32_t c) {
  if (c == U'"' || c == U'\\') {
    out += '\\';
    out += static_cast<char>(c);
  } else if (!needs_escape(c)) {
    append_utf8(out, c);
  } else {
    const auto code = static_cast<unsigned>(c);
    out += c <= 0xFF     ? fmt::format("\\x{:02X}", code)
           : c <= 0xFFFF ? fmt::format("\\u{:04X}", code)
                         : fmt::format("\\U{:08X}", code);
  }
}

}  // namespace

std::string scalar(std::string_view text) {
  if (may_stand_plain(text)) return std::string(text);
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode_utf8(text, at);
    append_quoted(out, decoded.character);
    at += decoded.length;
  }
  return out + '"';
}

std::string flow_list(std::span<const SourceString> words) {
  std::string out = "[";
  for (const SourceString& word : words) {
    if (out.size() > 1) out += ", ";
    out += scalar(word.text);
  }
  return out + ']';
}

}  // namespace envlink::yaml
