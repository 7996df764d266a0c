#pragma once
// What the store knows about a workspace: a history of readings and runs (plan/history.h), kept between
// commands.

#include <optional>

#include "model/workspace.h"
#include "plan/history.h"
#include "run/context.h"

namespace envlink::run {

/// Whether a run has written since the context's last reading began; `now`: the event counts. Does not
/// compare times: a clock may have been set. True if the counts from before are unknown.
bool overtaken(const Context& context, const std::vector<EventCount>& now);

/// The current history, with every event that runs have recorded since it was stored last.
Result<KeptHistory> load_history(const Store& store, const OwnerId& workspace);

/// Adds the context's last reading to the history, stores the history and makes it the context's. `loaded`:
/// the history from when the reading began. If runs have written since then, the reading is only in the
/// context's. If the history cannot be loaded, that is reported; the context's has only this reading and is
/// `unreadable`. Fails only if the store is unreachable. Without `keeps_history` the store stays unchanged.
Result<void> learn(Context& context, const model::Workspace& reading, std::optional<KeptHistory> loaded);

/// When a run begins, with the lock: if the history cannot be read, the reading that the run was planned from
/// replaces it, and this is reported. So what the run deploys is known later. A history from a newer envlink
/// stays unchanged.
void replace_unreadable(Context& context, const OwnerId& workspace);

/// For `init`: what was read counts as what runs.
Result<void> adopt(Context& context, const model::Workspace& reading);

}  // namespace envlink::run
