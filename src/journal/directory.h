#pragma once
// Where the journal and the locks lie.

#include <string>

#include "base/error.h"

namespace envlink::journal {

/// $XDG_STATE_HOME/envlink, or $HOME/.local/state/envlink.
Result<std::string> state_directory();

/// Makes it and what is missing above it, mode 0700. One that exists is left as it is.
Result<void> make_directory(const std::string& path);

/// What to do about this errno of a file or folder of envlink's.
std::string cure_for(int reason);

}  // namespace envlink::journal
