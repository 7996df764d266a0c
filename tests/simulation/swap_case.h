#pragma once
// A case of `groups swap` from its first command to its last: processes are killed at any time, and the next
// command resumes or rolls back until nothing is unfinished. Runs the shipped workflows.

#include "choices.h"
#include "scenario.h"
#include "simulated_case.h"

namespace envlink::simulation {

/// Uses the workspace and the network faults of `scenario`; no colleague changes groups. Throws Violation.
Ended play_swap(Scenario scenario, Choices& choices, Time start, unsigned seed, bool trace);

}  // namespace envlink::simulation
