#pragma once
// Turns the words of the command line into an action.

#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/command.h"

namespace envlink::cli {

/// The action: a command with its options, or help. Also uses RENDER_OUTPUT for commands with -o.
Result<std::function<Outcome()>> read_command_line(std::vector<std::string> words);

}  // namespace envlink::cli
