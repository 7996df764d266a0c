#pragma once
// Terminal escape sequences, taken out of a log whole: cleaning alone would leave their letters behind.

#include <string>
#include <string_view>

namespace envlink::api {

/// Without CSI, OSC, DCS and the shorter sequences, in their 7-bit form and in the 8-bit one of UTF-8. A
/// sequence that never ends goes up to the end of its line.
std::string without_escapes(std::string_view text);

}  // namespace envlink::api
