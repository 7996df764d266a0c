#pragma once
// The shapes that one value takes in a log. Private to this room.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace envlink::api {

/// A text as a reader would decode it, and where each of its bytes came from.
struct DecodedView {
  std::string text;
  std::vector<std::size_t> from;  // one more than bytes: the last is the size of the source
};
DecodedView percent_decoded(std::string_view text, bool plus_is_space);
DecodedView backslash_decoded(std::string_view text);

/// What of a value is worth hiding by itself: the lines, what stands behind `=` or `:` in them, the
/// credentials of an address, the texts of a JSON document.
std::vector<std::string> parts_of(std::string_view value);

/// The base64 that every text holding the value must contain, whatever stands before and behind it.
std::vector<std::string> base64_of(std::string_view value);

}  // namespace envlink::api
