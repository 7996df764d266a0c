#pragma once
// The help that follows from the list of commands, folded to the width of the screen.

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "view/style.h"

namespace envlink::cli {

/// As wide as the terminal, and no wider than reads well.
view::Style help_style(const view::Style& terminal);

/// What envlink says alone: what it is for, its commands, the flags that all share, and the first steps.
std::string general_help(const view::Style& style);
/// Its parts for the manual page.
extern const std::string_view description;
extern const std::string_view examples_and_first_steps;

/// Of `groups`: the commands whose names begin with it.
std::string family_help(std::string_view family, const view::Style& style);

std::string help_of(const Command& command, const view::Style& style);
/// The arguments of a command as its usage names them: " GROUP SERVICE...", " [PLAN]".
std::string arguments_of(const std::vector<Parameter>& parameters);

}  // namespace envlink::cli
