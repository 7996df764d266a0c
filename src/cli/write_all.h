#pragma once

#include <string_view>

namespace envlink::cli {

/// All of the bytes to the disk. False: errno says why.
bool write_all(int file, std::string_view bytes);

}  // namespace envlink::cli
