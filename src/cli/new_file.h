#pragma once
// A file that was not there before.

#include <string>
#include <string_view>

#include "base/error.h"

namespace envlink::cli {

/// Also true for a link that leads nowhere.
bool is_there(const std::string& path);

/// Writes the whole file or nothing, readable by everybody, and never over another: also not over one that
/// appeared meanwhile.
Result<void> write_new_file(const std::string& path, std::string_view text);

/// What to say when `path` is taken.
Error taken(const std::string& path);

}  // namespace envlink::cli
