#pragma once
// The help that follows from the list of commands.

#include <string>
#include <string_view>

#include "cli/command.h"

namespace envlink::cli {

/// What envlink says alone: what it is for, its commands, examples and the first steps.
std::string general_help();
/// Its parts for the manual page.
extern const std::string_view description;
extern const std::string_view examples_and_first_steps;

/// Of `groups`: the commands whose names begin with it.
std::string family_help(std::string_view family);

/// What stands below the flags of a command: its help, examples and exit codes.
std::string long_help(const Command& command);

}  // namespace envlink::cli
