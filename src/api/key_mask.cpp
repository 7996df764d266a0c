#include "api/key_mask.h"

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace envlink::api {
namespace {

constexpr std::size_t shortest_key = 8;

bool is_hex(std::string_view digits, char meant) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return error == std::errc{} && end == digits.data() + digits.size() &&
         number == static_cast<unsigned char>(meant);
}

/// The number of bytes that encode the character at the start of `text`: c, \c, \\c, \u0063, %63, %2563. 0:
/// none.
std::size_t length_of(std::string_view text, char meant) {
  if (text.starts_with(meant)) return 1;
  if (text.starts_with('%')) {
    std::size_t begin = 1;
    while (text.substr(begin).starts_with("25")) begin += 2;
    return text.size() >= begin + 2 && is_hex(text.substr(begin, 2), meant) ? begin + 2 : 0;
  }
  const std::size_t behind = text.find_first_not_of('\\');
  if (behind == 0 || behind == std::string_view::npos) return 0;
  if (text[behind] == meant) return behind + 1;
  const std::string_view code = text.substr(behind);
  return code.starts_with('u') && code.size() >= 5 && is_hex(code.substr(1, 4), meant) ? behind + 5 : 0;
}

/// The number of bytes that encode the key at the start of `text`; 0: none.
std::size_t length_of(std::string_view text, std::string_view key) {
  std::size_t length = 0;
  for (const char c : key) {
    const std::size_t one = length_of(text.substr(length), c);
    if (one == 0) return 0;
    length += one;
  }
  return length;
}

}  // namespace

std::string KeyMask::mask(std::string text) const {
  const std::string_view key = key_.value_;
  if (key.size() < shortest_key) return text;
  const std::array begins = {key.front(), '\\', '%'};
  const std::string_view begin(begins.data(), begins.size());
  std::string masked;
  std::size_t done = 0;
  for (std::size_t at = text.find_first_of(begin); at != std::string::npos;) {
    const std::size_t length = length_of(std::string_view(text).substr(at), key);
    if (length != 0) {
      masked.append(text, done, at - done).append("***");
      done = at + length;
    }
    at = text.find_first_of(begin, at + std::max<std::size_t>(length, 1));
  }
  if (done == 0) return text;
  return masked.append(text, done);
}

void KeyMask::mask(Outcome& outcome) const {
  if (auto* response = std::get_if<Response>(&outcome)) {
    response->body = mask(std::move(response->body));
    for (auto& [name, value] : response->headers) value = mask(std::move(value));
  } else if (auto* not_sent = std::get_if<NotSent>(&outcome)) {
    not_sent->why = mask(std::move(not_sent->why));
  } else {
    auto& no_answer = std::get<NoAnswer>(outcome);
    no_answer.why = mask(std::move(no_answer.why));
  }
}

}  // namespace envlink::api
