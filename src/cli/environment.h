#pragma once
// The process's surroundings: variables and files.

#include <optional>
#include <string>

#include "base/error.h"
#include "config/credentials.h"

namespace envlink::cli {

/// An environment variable; unset and empty are the same.
std::optional<std::string> environment(const std::string& name);

/// A whole text file of at most config::max_file_size bytes; nullopt when it is not there.
Result<std::optional<std::string>> read_file(const std::string& path);

config::Surroundings surroundings();

}  // namespace envlink::cli
