#pragma once
// What the store knows of a workspace: a history of its readings and runs (plan/history.h), kept from command
// to command.

#include "model/workspace.h"
#include "plan/history.h"
#include "run/context.h"

namespace envlink::run {

/// The history up to now, with every event that runs have recorded since it was kept last.
Result<KeptHistory> load_history(const Store& store, const OwnerId& workspace);

/// Takes a reading into the history and keeps it, and answers with the history. `before`: the events of every
/// run when the reading began; where there are more by now, the reading is in the answer alone. Where the
/// history cannot be loaded or kept, that is reported once, and the answer knows the reading alone and is
/// `unreadable`. A context that keeps no history changes nothing in the store.
plan::History learn(Context& context, const model::Workspace& reading,
                    const Result<std::vector<EventCount>>& before);

/// `init`: what was read is taken as what runs.
Result<void> adopt(Context& context, const model::Workspace& reading);

}  // namespace envlink::run
