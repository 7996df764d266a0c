#include "api/escapes.h"

namespace envlink::api {
namespace {

bool is_between(char c, char first, char last) {
  return c >= first && c <= last;
}

/// Parameters, intermediates and a final character. One that is none of these ends it and stays.
std::size_t end_of_control_sequence(std::string_view text, std::size_t at) {
  while (at < text.size() && is_between(text[at], '\x20', '\x3f')) ++at;
  return at < text.size() && is_between(text[at], '\x40', '\x7e') ? at + 1 : at;
}

/// A string of any characters up to BEL, ESC \ or the 8-bit terminator.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (; at < text.size() && text[at] != '\n'; ++at) {
    const std::string_view rest = text.substr(at);
    if (rest.front() == '\a') return at + 1;
    if (rest.starts_with("\x1b\\") || rest.starts_with("\xc2\x9c")) return at + 2;
  }
  return at;
}

/// The end of the sequence that begins at `at`; `at` itself when none does.
std::size_t end_of_sequence(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  char kind = 0;
  if (rest.front() == '\x1b') {
    if (rest.size() < 2) return at + 1;
    kind = rest[1];
  } else if (rest.size() >= 2 && rest.front() == '\xc2' && is_between(rest[1], '\x80', '\x9f')) {
    kind = static_cast<char>(rest[1] - 0x40);  // U+009B is ESC [, and so on
  } else {
    return at;
  }
  switch (kind) {
    case '[':
      return end_of_control_sequence(text, at + 2);
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
      return end_of_string(text, at + 2);
    default:
      break;
  }
  if (rest.front() != '\x1b') return at + 2;
  std::size_t end = at + 1;
  while (end < text.size() && is_between(text[end], '\x20', '\x2f')) ++end;
  return end < text.size() && is_between(text[end], '\x30', '\x7e') ? end + 1 : end;
}

}  // namespace

std::string without_escapes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = end_of_sequence(text, at);
    if (end == at) {
      out += text[at++];
    } else {
      at = end;
    }
  }
  return out;
}

}  // namespace envlink::api
