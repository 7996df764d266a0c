#pragma once
// The browser of the person who sits at this machine.

#include <string>

namespace envlink::cli {

/// Hands the address to the desktop's opener and does not wait for it. False where there is no desktop or no
/// opener.
bool open_in_browser(const std::string& address);

}  // namespace envlink::cli
