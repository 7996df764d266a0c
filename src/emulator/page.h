#pragma once
// The page at "/": the state and the request log, for a person. One HTML text that loads nothing else.

#include <string_view>

namespace envlink::emulator {

std::string_view page();

}  // namespace envlink::emulator
