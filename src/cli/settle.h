#pragma once
// Holds what was typed against itself: values that are none, flags that exclude each other.

#include <string_view>

#include "cli/raw_options.h"

namespace envlink::cli {

/// RENDER_OUTPUT is read as well, for the commands that have -o.
tl::expected<Options, Farewell> settle(RawOptions raw, std::string_view command);

}  // namespace envlink::cli
