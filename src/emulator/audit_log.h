#pragma once
// The workspace's audit log: who did what, when. What links and unlinks has no event in Render's document.

#include <string>

#include "emulator/world_state.h"

namespace envlink::emulator {

/// At `world.now`. `about`: the id of a group or a service.
void record(WorldState& world, AuditEvent event, Actor by, std::string about);

/// Whoever sends a call with the key of this workspace.
Actor caller();

}  // namespace envlink::emulator
