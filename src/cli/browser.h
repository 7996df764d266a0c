#pragma once
// Opens the browser on this machine.

#include <string>

namespace envlink::cli {

/// Passes the address to the desktop's opener without waiting. False without a desktop or an opener.
bool open_in_browser(const std::string& address);

}  // namespace envlink::cli
