#pragma once
// A value on standard input.

#include "base/error.h"
#include "base/secret.h"
#include "source/value.h"

namespace envlink::source {

/// All of it up to its end. Fails where it is a terminal.
Result<Secret> from_stdin(FinalBreak final_break);

}  // namespace envlink::source
