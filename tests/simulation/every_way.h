#pragma once
// Small cases played in every way: each fault at each request, each moment of death.

namespace envlink::simulation {

/// Prints the count of each case; 1 when a way violates an invariant.
int play_every_way();

}  // namespace envlink::simulation
