#pragma once
// From the words of the command line to what is to be done.

#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/command.h"

namespace envlink::cli {

/// A command with its options, or its help. RENDER_OUTPUT is read as well, for the commands that have -o.
Result<std::function<Outcome()>> read_command_line(std::vector<std::string> words);

}  // namespace envlink::cli
