#pragma once
// What happened to services.

#include <cstddef>

#include "emulator/world_state.h"

namespace envlink::emulator {

/// Records an event that an operation caused, at `world.now`.
void record_event(WorldState& world, std::size_t service, EventDetails details);

}  // namespace envlink::emulator
