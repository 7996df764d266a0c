#include "emulator/json_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace envlink::emulator {
namespace {

constexpr std::size_t first_room = 1024;  // most replies fit

constexpr std::array<bool, 256> plain_characters = [] {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < 0x7f; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

/// Is it written as it is?
bool is_plain(char c) {
  return plain_characters[static_cast<unsigned char>(c)];
}

}  // namespace

void JsonWriter::grow(std::size_t more) {
  text_.resize(std::max(first_room, 2 * (size_ + more)));
}

void JsonWriter::put(std::string_view plain) {
  std::copy(plain.begin(), plain.end(), room(plain.size()));
  size_ += plain.size();
}

void JsonWriter::key(std::string_view name) {
  separate();
  char* out = room(name.size() + 3);
  *out++ = '"';
  out = std::copy(name.begin(), name.end(), out);
  *out++ = '"';
  *out++ = ':';
  size_ += name.size() + 3;
  comma_due_ = false;
}

void JsonWriter::string(std::string_view value) {
  if (std::all_of(value.begin(), value.end(), is_plain)) return word(value);
  separate();
  put_escaped(value);
}

void JsonWriter::word(std::string_view value) {
  char* out = room(value.size() + 3);
  char* const begin = out;
  if (comma_due_) *out++ = ',';
  *out++ = '"';
  out = std::copy(value.begin(), value.end(), out);
  *out++ = '"';
  size_ += static_cast<std::size_t>(out - begin);
  comma_due_ = true;
}

void JsonWriter::put_escaped(std::string_view value) {
  put('"');
  for (std::size_t i = 0; i < value.size();) {
    const unsigned char c = static_cast<unsigned char>(value[i]);
    if (c >= 0x80) {
      const Decoded decoded = decode_utf8(value, i);
      std::string character;
      append_utf8(character, decoded.valid ? decoded.character : replacement_character);
      put(character);
      i += decoded.length;
      continue;
    }
    if (is_plain(value[i])) {
      put(value[i]);
    } else if (c == '"' || c == '\\') {
      put('\\');
      put(value[i]);
    } else if (c == '\n') {
      put("\\n");
    } else {
      put(fmt::format("\\u{:04x}", c));
    }
    ++i;
  }
  put('"');
}

void JsonWriter::number(std::int64_t value) {
  separate();
  const fmt::format_int digits(value);
  put(std::string_view(digits.data(), digits.size()));
}

void JsonWriter::boolean(bool value) {
  separate();
  put(value ? "true" : "false");
}

void JsonWriter::null() {
  separate();
  put("null");
}

}  // namespace envlink::emulator
