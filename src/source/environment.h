#pragma once
// Values in the environment variables of this process.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/secret.h"
#include "source/named.h"

namespace envlink::source {

/// Unchanged, including a final line break. Fails if the variable is unset or empty.
Result<Secret> from_environment(const std::string& name);

/// Every variable whose name starts with `prefix`, except own_keys. The key is the rest of the name.
/// Fails if there are none, and if a key is not valid.
Result<std::vector<Named>> from_environment_prefix(std::string_view prefix);

/// This process's environment for a program that it starts: without envlink's own key. Ends with a nullptr.
std::vector<char*> environment_without_key();

/// Key and value of each variable in `environment` that starts with `prefix`, as views into it. The first of
/// repeated ones counts, as in getenv. `environment` ends with a nullptr.
std::map<std::string_view, std::string_view> with_prefix(const char* const* environment,
                                                         std::string_view prefix);

}  // namespace envlink::source
