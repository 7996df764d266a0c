#pragma once
// The page at "/": the state and the request log, for a person. One HTML text that loads nothing else.

#include <string_view>

namespace envlink::emulator {

std::string_view page();
/// Its content security policy: its own style and script and no other, requests to its own host alone.
std::string_view page_policy();

}  // namespace envlink::emulator
