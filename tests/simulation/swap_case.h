#pragma once
// `groups swap`, from its first command to its last: a person swaps a group; processes are killed at any
// moment; the next command goes on or rolls back, until nothing is left. What runs are the shipped workflows.

#include "choices.h"
#include "scenario.h"
#include "simulated_case.h"

namespace envlink::simulation {

/// Of the workspace of `scenario`, with its trouble on the wire and nobody else who changes groups. Throws
/// Violation.
Ended play_swap(Scenario scenario, Choices& choices, Time start, unsigned seed, bool trace);

}  // namespace envlink::simulation
