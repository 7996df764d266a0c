#pragma once
// The process's surroundings: variables and files.

#include <cstddef>
#include <optional>
#include <string>

#include "base/error.h"
#include "config/credentials.h"
#include "config/file.h"
#include "yaml/document.h"

namespace envlink::cli {

/// An environment variable; unset and empty are the same.
std::optional<std::string> environment(const std::string& name);

/// A whole file of at most so many bytes; nullopt when it is not there.
Result<std::optional<std::string>> read_file(const std::string& path, std::size_t most = yaml::max_file_size);

config::Surroundings surroundings();

}  // namespace envlink::cli
