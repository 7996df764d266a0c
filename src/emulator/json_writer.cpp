#include "emulator/json_writer.h"

#include <fmt/format.h>

#include <iterator>

#include "base/utf8.h"

namespace envlink::emulator {
namespace {

/// The first place from `at` on whose character is not written as it is.
std::size_t plain_until(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] >= 0x20 && text[at] < 0x7f && text[at] != '"' && text[at] != '\\') ++at;
  return at;
}

}  // namespace

// A comma is due after anything but an opening bracket or a colon. Text in quotes ends in a quote, so the
// last character alone tells.
void JsonWriter::separate() {
  if (text_.empty()) return;
  const char last = text_.back();
  if (last != '{' && last != '[' && last != ':') text_ += ',';
}

void JsonWriter::open(char bracket) {
  separate();
  text_ += bracket;
}

void JsonWriter::key(std::string_view name) {
  string(name);
  text_ += ':';
}

void JsonWriter::string(std::string_view value) {
  separate();
  text_ += '"';
  for (std::size_t i = 0; i < value.size();) {
    const unsigned char c = static_cast<unsigned char>(value[i]);
    if (c >= 0x80) {
      const Decoded decoded = decode_utf8(value, i);
      append_utf8(text_, decoded.valid ? decoded.character : replacement_character);
      i += decoded.length;
      continue;
    }
    if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += value[i];
    } else if (c == '\n') {
      text_ += "\\n";
    } else if (c < 0x20 || c == 0x7f) {
      fmt::format_to(std::back_inserter(text_), "\\u{:04x}", c);
    } else {
      const std::size_t end = plain_until(value, i + 1);
      text_.append(value, i, end - i);
      i = end;
      continue;
    }
    ++i;
  }
  text_ += '"';
}

void JsonWriter::number(std::int64_t value) {
  separate();
  fmt::format_to(std::back_inserter(text_), "{}", value);
}

void JsonWriter::boolean(bool value) {
  separate();
  text_ += value ? "true" : "false";
}

void JsonWriter::null() {
  separate();
  text_ += "null";
}

}  // namespace envlink::emulator
