#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace envlink::cli {

/// The whole file or none of it, readable by its owner alone. Replaces a file, and nothing that is none.
Result<void> write_file(const std::string& path, std::string_view bytes);

}  // namespace envlink::cli
