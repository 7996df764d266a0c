#pragma once
// What the store knows of a workspace: a history of its readings and runs (plan/history.h), kept from command
// to command.

#include <optional>

#include "model/workspace.h"
#include "plan/history.h"
#include "run/context.h"

namespace envlink::run {

/// The history up to now, with every event that runs have recorded since it was kept last.
Result<KeptHistory> load_history(const Store& store, const OwnerId& workspace);

/// Takes the context's last reading into the history and keeps it, and answers with the history. `loaded`:
/// the history as it was while that was read. Where runs have written since the reading began, it is in the
/// answer alone. Where the history cannot be loaded or kept, that is reported once, and the answer knows the
/// reading alone and is `unreadable`. A context that keeps no history changes nothing in the store.
plan::History learn(Context& context, const model::Workspace& reading, std::optional<KeptHistory> loaded);

/// A run begins, with the lock. Where the history cannot be read, the reading that the run was planned from
/// takes its place: what the run deploys is known afterwards. That is said. What a newer envlink wrote is
/// unchanged.
void replace_unreadable(Context& context, const OwnerId& workspace);

/// `init`: what was read is taken as what runs.
Result<void> adopt(Context& context, const model::Workspace& reading);

}  // namespace envlink::run
