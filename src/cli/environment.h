#pragma once
// What the process finds around it.

#include <optional>
#include <string>

#include "config/credentials.h"

namespace envlink::cli {

/// An environment variable; unset and empty are the same.
std::optional<std::string> environment(const std::string& name);

config::ProcessEnvironment process_environment();

}  // namespace envlink::cli
