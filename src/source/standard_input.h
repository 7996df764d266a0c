#pragma once
// A value from standard input.

#include "base/error.h"
#include "base/secret.h"
#include "source/value.h"

namespace envlink::source {

/// Reads standard input to its end. Fails if it is a terminal.
Result<Secret> from_stdin(FinalBreak final_break);

}  // namespace envlink::source
