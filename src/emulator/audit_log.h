#pragma once
// The workspace's audit log: who did what, when. Render documents no event for links.

#include <string>

#include "emulator/operation.h"
#include "emulator/world_state.h"

namespace envlink::emulator {

/// Records an entry at `world.now`. `about`: the id of what was changed.
void record(WorldState& world, AuditEvent event, Actor by, std::string about);

/// Records what an operation that succeeded always does. What only some of its calls do is recorded where it
/// is done.
void record_operation(WorldState& world, const Operation& operation, const Call& call, const Reply& reply);

/// The user of the workspace's API key.
Actor caller();

}  // namespace envlink::emulator
