#pragma once
// What a command holds while it writes to a workspace: the journal and the lock.

#include <string>

#include "base/error.h"
#include "base/id.h"
#include "cli/command.h"
#include "engine/port.h"
#include "journal/journal.h"
#include "journal/lock.h"

namespace envlink::cli {

struct Desk {
  journal::Journal journal;
  journal::Lock lock;
  bool waited = false;  // another run held the lock: what was read of the workspace before is old
};

/// Opens the journal and takes the lock, for which it waits as long as --lock-wait says.
Result<Desk> sit_down(const std::string& workspace, engine::Clock& clock, const CommonOptions& options);

Result<journal::Journal> open_journal();

}  // namespace envlink::cli
