#pragma once
// The folder of what envlink keeps on this machine: the journal, the locks and the keys.

#include <sys/stat.h>

#include <string>

#include "base/error.h"

namespace envlink::state {

/// $XDG_STATE_HOME/envlink, or $HOME/.local/state/envlink.
Result<std::string> state_directory();

/// Creates the folder and missing parents, mode 0700. Removes other users' access to an existing one; refuses
/// one that belongs to another user.
Result<void> make_directory(const std::string& path);

/// Whether it belongs to the current user. Root may use any.
bool is_ours(const struct stat& found);
/// The error for `what` if another user could change it.
Error foreign(std::string what);

/// What to do about this errno on one of envlink's files or folders.
std::string cure_for(int reason);

}  // namespace envlink::state
