#include "json/writer.h"

#include <fmt/format.h>

#include <utility>

#include "base/mask_keys.h"
#include "base/utf8.h"

namespace envlink::json {
namespace {

constexpr std::string_view short_forms = "\"\\\b\f\n\r\t";
constexpr std::string_view short_letters = "\"\\bfnrt";

/// Legal in JSON but unsafe on a terminal: DEL, C1 controls, bidi marks and line separators.
bool steers_a_terminal(char32_t c) {
  return (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

bool is_plain(std::string_view text) {
  bool plain = true;
  for (const char c : text) plain &= c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
  return plain;
}

void append_escaped(std::string& out, std::string_view text, Text policy) {
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode_utf8(text, at);
    const std::string_view bytes = text.substr(at, decoded.length);
    const auto short_form = short_forms.find(bytes.front());
    if (!decoded.valid && policy != Text::bytes) {
      append_utf8(out, replacement_character);
    } else if (short_form != std::string_view::npos) {
      (out += '\\') += short_letters[short_form];
    } else if (decoded.valid && (decoded.character < 0x20 || steers_a_terminal(decoded.character))) {
      out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(decoded.character));
    } else {
      out += bytes;
    }
    at += decoded.length;
  }
}

}  // namespace

void Writer::new_line() {
  if (layout_ == Layout::indented) out_.append(1, '\n').append(2 * depth_, ' ');
}

void Writer::separate() {
  if (std::exchange(after_key_, false)) return;
  if (!std::exchange(first_, false)) out_ += ',';
  if (depth_ > 0) new_line();
}

void Writer::open(char bracket) {
  separate();
  out_ += bracket;
  ++depth_;
  first_ = true;
}

void Writer::close(char bracket) {
  --depth_;
  if (!std::exchange(first_, false)) new_line();
  out_ += bracket;
}

void Writer::key(std::string_view name) {
  separate();
  (out_ += '"') += name;
  out_ += layout_ == Layout::indented ? "\": " : "\":";
  after_key_ = true;
}

void Writer::string(std::string_view text) {
  std::string masked;
  if (text_ == Text::shown) text = masked = mask_keys(text);
  separate();
  out_ += '"';
  if (is_plain(text)) {
    out_ += text;
  } else {
    append_escaped(out_, text, text_);
  }
  out_ += '"';
}

void Writer::integer(std::int64_t number) {
  separate();
  const fmt::format_int digits(number);
  out_.append(digits.data(), digits.size());
}

void Writer::number(double number) {
  separate();
  const std::string digits = fmt::to_string(number);
  out_ += digits;
  if (digits.find_first_of(".e") == std::string::npos) out_ += ".0";
}

void Writer::boolean(bool truth) {
  separate();
  out_ += truth ? "true" : "false";
}

void Writer::null() {
  separate();
  out_ += "null";
}

}  // namespace envlink::json
