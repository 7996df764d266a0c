#pragma once
// Many values at once, in the form of a .env file.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "source/command.h"
#include "source/named.h"

namespace envlink::source {

/// In the order of `text`, at least one. Nothing is passed over: fails with every line that is no assignment
/// to a name that Render takes, and with a key that stands there twice. `origin`: the file's name, for
/// errors, which show none of its lines.
Result<std::vector<Named>> named_in(std::string_view text, std::string_view origin);

Result<std::vector<Named>> from_dotenv(const std::string& path);
/// `all_of_it`: nobody says which keys are meant. Then names must be in capitals, and an error tells none:
/// what a command prints may be a secret alone.
Result<std::vector<Named>> from_command_dotenv(const std::vector<std::string>& command,
                                               const std::string& folder = {}, bool all_of_it = true);

/// Refuses a key without a value. `origin`: where they come from.
Result<void> check_none_empty(const std::vector<Named>& all, std::string_view origin);

}  // namespace envlink::source
