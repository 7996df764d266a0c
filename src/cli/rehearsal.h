#pragma once
// A plan carried out on the model of Render, by the workflow that apply runs: in memory and in virtual time,
// without a socket, a journal or a lock.

#include "emulator/workspace.h"
#include "model/desired.h"
#include "plan/plan.h"
#include "view/rehearsal.h"

namespace envlink::cli {

/// Reads, carries out, rolls back where the file says so, and proves. What is told are the runs, requests,
/// problems, length and outcome. `made_earlier`: apply would not look for what a preflight needs.
view::Rehearsal rehearse(const model::Desired& desired, const plan::Plan& plan,
                         const emulator::Workspace& model, bool made_earlier = false);

}  // namespace envlink::cli
