#pragma once
// Help texts, derived from the list of commands and folded to the width of the screen.

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "view/style.h"

namespace envlink::cli {

/// The terminal's width, limited to what is easy to read.
view::Style help_style(const view::Style& terminal);

/// For `envlink` alone: its purpose, commands, common flags and first steps.
std::string general_help(const view::Style& style);
/// Its parts for the manual page.
extern const std::string_view description;
extern const std::string_view examples_and_first_steps;

/// For `groups`: the commands whose names begin with it.
std::string family_help(std::string_view family, const view::Style& style);

std::string help_of(const Command& command, const view::Style& style);
/// A command's arguments as in its usage: " GROUP SERVICE...", " [PLAN]".
std::string arguments_of(const std::vector<Parameter>& parameters);

}  // namespace envlink::cli
