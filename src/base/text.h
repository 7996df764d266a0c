#pragma once
// Makes text from the network or a file safe for a terminal; small helpers for wording.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace envlink {

bool is_valid_utf8(std::string_view text);
/// Control characters (C0, C1, DEL, bidi overrides) and invalid UTF-8 become U+FFFD, a newline or tab a
/// space. Text longer than `limit` characters is cut with an ellipsis.
std::string clean(std::string_view text, std::size_t limit = 200);

/// Terminal columns of UTF-8 text.
std::size_t display_width(std::string_view text);
/// Cuts to `width` columns with an ellipsis, or pads with spaces.
std::string fit(std::string_view text, std::size_t width);

/// The candidate closest to `word`, or "" if none is near enough.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// "1 service", "9 services"
std::string count_of(std::size_t count, std::string_view singular, std::string_view plural = {});
/// "a", "a and b", "a, b and c"; past `limit` items "a, b and 7 more".
std::string join_and(std::span<const std::string> items, std::size_t limit = 20);
std::string join(std::span<const std::string> items, std::string_view separator);

// ASCII only: other characters are not letters and have no lower case.
constexpr bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string lower(std::string_view text);
/// Removes surrounding spaces, tabs and line breaks.
std::string_view trim(std::string_view text);
/// The parts between separators: at least one, perhaps empty.
std::vector<std::string_view> split(std::string_view text, char separator);

/// A word of a command line as a shell takes it: quoted if it must be. The text is clean.
std::string shell_word(const std::string& text);

/// `*` in the pattern stands for any number of characters, `?` for one; the rest is literal.
bool fits_glob(std::string_view pattern, std::string_view text);

/// Percent-encodes for a URL. `kept`: characters to leave as they are, besides letters, digits and "-._~".
std::string percent_encode(std::string_view text);
void append_percent_encoded(std::string& out, std::string_view text, std::string_view kept = {});

}  // namespace envlink
