#pragma once
// One run at a time per workspace and machine. The kernel releases the lock when its holder dies; the file
// says who holds it.

#include <memory>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "run/store.h"

namespace envlink::journal {

/// Never waits. Fails with ErrorKind::held and a message that names the holder: user, time, process and run.
/// To wait, retry as long as the kind is `held`.
Result<std::unique_ptr<run::Lock>> take_lock(const std::string& directory, const std::string& workspace_id,
                                             Time now);

}  // namespace envlink::journal
