#pragma once
// Many values at once, in the format of a .env file.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "source/command.h"
#include "source/named.h"

namespace envlink::source {

/// In the order of `text`, at least one. Fails on every line that is not an assignment to a valid name, and
/// on a repeated key. `origin`: the file's name for errors, which never show its lines.
Result<std::vector<Named>> named_in(std::string_view text, std::string_view origin);

Result<std::vector<Named>> from_dotenv(const std::string& path);
/// `all_of_it`: the keys are not listed. Then names must be uppercase, and errors show none: the output may
/// be just a secret.
Result<std::vector<Named>> from_command_dotenv(const std::vector<std::string>& command,
                                               const std::string& folder = {}, bool all_of_it = true);

/// Refuses a key without a value. `origin`: the source, for errors.
Result<void> check_none_empty(const std::vector<Named>& all, std::string_view origin);

}  // namespace envlink::source
