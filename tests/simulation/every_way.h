#pragma once
// Small cases, played in every possible way: each fault at each request, each moment of a crash.

namespace envlink::simulation {

/// Prints the number of ways of each case. Returns 1 if one of them violates an invariant.
int play_every_way();

}  // namespace envlink::simulation
