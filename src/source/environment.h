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

/// As it is, a line break at its end included. Fails where it is unset or empty.
Result<Secret> from_environment(const std::string& name);

/// Every variable whose name begins with `prefix`, by its key, which is the rest of the name; RENDER_API_KEY
/// is not among them. Fails where there is none, and where Render would not take a key.
Result<std::vector<Named>> from_environment_prefix(std::string_view prefix);

/// Of this process, for a program that it starts: without envlink's own key. Ends with a nullptr.
std::vector<char*> environment_without_key();

/// Key and value of those of `environment` that begin with `prefix`, as long as `environment` stands. Of a
/// variable that is there twice the first counts, as for getenv. `environment` ends with a nullptr.
std::map<std::string_view, std::string_view> with_prefix(const char* const* environment,
                                                         std::string_view prefix);

}  // namespace envlink::source
