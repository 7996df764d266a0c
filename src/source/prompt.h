#pragma once
// A value typed at a prompt.

#include <string_view>

#include "base/error.h"
#include "base/secret.h"

namespace envlink::source {

/// Asks twice for one line on the terminal (/dev/tty) without showing it: "New value of LABEL (not shown): ",
/// then "Same value again: ". Ctrl-C and similar signals fail with ErrorKind::interrupted if the process
/// survives them.
Result<Secret> from_prompt(std::string_view label);

}  // namespace envlink::source
