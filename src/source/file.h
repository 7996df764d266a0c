#pragma once
// A value in a file.

#include <string>

#include "base/error.h"
#include "base/secret.h"
#include "source/value.h"
#include "source/wiped.h"

namespace envlink::source {

/// Reads a regular file, or a FIFO such as <(command) in a shell until its writer closes it.
Result<Wiped> read_file(const std::string& path);

Result<Secret> from_file(const std::string& path, FinalBreak final_break);

}  // namespace envlink::source
