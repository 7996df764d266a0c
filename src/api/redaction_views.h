#pragma once
// A text of a log as its readers would decode it: each way of writing a value undone. Private to this room.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlink::api {

/// A decoded text, and which bytes of the source each of its bytes was made of.
struct DecodedView {
  struct Source {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  std::string text;
  std::vector<Source> from;   // as many as bytes
  bool of_digits = false;     // a layer was base64 or hexadecimal
  bool may_hold_more = true;  // false: bytes of chance, in which no other layer is looked for
};

// Each is unset where there is nothing to be undone.
std::optional<DecodedView> percent_decoded(std::string_view text, bool plus_is_space);
/// \n, \/, \xHH, \ooo, \uXXXX with its pairs, \u{X}, \UXXXXXXXX; a backslash before anything else goes.
std::optional<DecodedView> backslash_decoded(std::string_view text);
/// &quot; and the other names of what HTML escapes, &#39; and &#x27;.
std::optional<DecodedView> html_decoded(std::string_view text);
/// Without what quoting adds and what is not seen: quotes, backslashes, colours, control characters but for
/// blanks, and characters without a width.
std::optional<DecodedView> squeezed(std::string_view text);
/// Every run of base64 of both alphabets, read from its `phase`-th character (0 to 3); line breaks within it
/// are passed over. What stands between the runs stays.
std::optional<DecodedView> base64_decoded(std::string_view text, unsigned phase);
/// Every run of pairs of hexadecimal digits, one blank or colon between them or none, from its `phase`-th
/// digit (0 or 1).
std::optional<DecodedView> hex_decoded(std::string_view text, unsigned phase);

/// Calls `visit` with the text and with what it decodes to in every order, up to six layers deep. False:
/// there are more ways to read it than are gone; then nobody knows what stands in it.
bool each_view(std::string_view text, const std::function<void(const DecodedView&)>& visit);

/// UTF-8 without control characters but for blanks and line breaks.
bool is_readable(std::string_view text);

}  // namespace envlink::api
