#pragma once
// The emulator's own view of its state, for tests and for the page.

#include <string>
#include <string_view>

#include "emulator/world_state.h"

namespace envlink::emulator {

std::string write_state(const WorldState& world, Time now);

}  // namespace envlink::emulator
