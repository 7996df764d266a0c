#pragma once
// Where the journal and the locks lie.

#include <sys/stat.h>

#include <string>

#include "base/error.h"

namespace envlink::journal {

/// $XDG_STATE_HOME/envlink, or $HOME/.local/state/envlink.
Result<std::string> state_directory();

/// Makes it and what is missing above it, mode 0700. One that exists is closed to others; one of another user
/// is refused.
Result<void> make_directory(const std::string& path);

/// Of the user who runs this; root may use everybody's.
bool is_ours(const struct stat& found);
/// `what` could be changed by somebody else.
Error foreign(std::string what);

/// What to do about this errno of a file or folder of envlink's.
std::string cure_for(int reason);

}  // namespace envlink::journal
