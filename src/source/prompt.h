#pragma once
// A value that a person types.

#include <string_view>

#include "base/error.h"
#include "base/secret.h"

namespace envlink::source {

/// Asks twice for one line, on the terminal of the process (/dev/tty) and without showing it: "LABEL: ", then
/// "again: ". Ctrl-C and the like fail with ErrorKind::interrupted if the process survives them.
Result<Secret> from_prompt(std::string_view label);

}  // namespace envlink::source
