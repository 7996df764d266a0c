#pragma once
// Decodes a log text in every way that a value may have been written. Private to this folder.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlink::api {

/// A decoded text, and the source bytes of each of its bytes.
struct DecodedView {
  struct Source {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  std::string text;
  std::vector<Source> from;   // one per byte
  bool of_digits = false;     // one layer was base64 or hexadecimal
  bool may_hold_more = true;  // false: random bytes, not decoded any further
};

// Each is unset if there is nothing to decode.
std::optional<DecodedView> percent_decoded(std::string_view text, bool plus_is_space);
/// \n, \/, \xHH, \ooo, \uXXXX with pairs, \u{X}, \UXXXXXXXX; a backslash before anything else is dropped.
std::optional<DecodedView> backslash_decoded(std::string_view text);
/// &quot; and HTML's other named escapes, &#39; and &#x27;.
std::optional<DecodedView> html_decoded(std::string_view text);
/// Removes quoting and invisible characters: quotes, backslashes, colours, control characters other than
/// blanks, and zero-width characters.
std::optional<DecodedView> squeezed(std::string_view text);
/// Decodes every run of base64 (both alphabets) from its `phase`-th character (0 to 3), ignoring line breaks.
/// Keeps the text between runs.
std::optional<DecodedView> base64_decoded(std::string_view text, unsigned phase);
/// Decodes every run of pairs of hexadecimal digits, optionally separated by one blank or colon, from its
/// `phase`-th digit (0 or 1).
std::optional<DecodedView> hex_decoded(std::string_view text, unsigned phase);

/// Calls `visit` with the text and with every result of decoding it, in any order of layers, up to six deep.
/// False: there are too many, so its content is unknown.
bool each_view(std::string_view text, const std::function<void(const DecodedView&)>& visit);

/// UTF-8 without control characters other than blanks and line breaks.
bool is_readable(std::string_view text);

}  // namespace envlink::api
