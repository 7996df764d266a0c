#pragma once
// A command line that is wrong: what is said of it.

#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"

namespace envlink::cli {

Farewell misuse(std::string what, std::string cure);

/// Of a word that stands where a command is wanted.
Farewell wrong_before_command(const std::string& first);

/// Of what a command could not use.
std::optional<Farewell> misplaced(const std::string& command, const std::vector<std::string>& left);

}  // namespace envlink::cli
