#pragma once
// Replies as gzip, for clients that accept it. Pure.

#include <string>
#include <string_view>

namespace envlink::emulator {

/// Whether an `Accept-Encoding` header allows gzip. An empty one does not.
bool accepts_gzip(std::string_view accept_encoding);

/// As a gzip file without a name and a time, so equal bytes give equal results.
std::string gzip(std::string_view bytes);

}  // namespace envlink::emulator
