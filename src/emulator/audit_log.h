#pragma once
// The workspace's audit log: who did what, when. Render documents no event for links.

#include <string>

#include "emulator/world_state.h"

namespace envlink::emulator {

/// Records an entry at `world.now`. `about`: the id of a group or a service.
void record(WorldState& world, AuditEvent event, Actor by, std::string about);

/// The user of the workspace's API key.
Actor caller();

}  // namespace envlink::emulator
