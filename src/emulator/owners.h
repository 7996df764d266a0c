#pragma once
// The workspace as replies show it.

#include "emulator/world_state.h"
#include "json/writer.h"

namespace envlink::emulator {

/// The fields of Render's owner object.
void write_owner(json::Writer& out, const WorldState& world);

}  // namespace envlink::emulator
