#pragma once
// A plan carried out on the model of Render, by the workflow that apply runs: in memory and in virtual time,
// without a socket, a journal or a lock.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "emulator/draw_faults.h"
#include "emulator/from_workspace.h"
#include "emulator/workspace.h"
#include "engine/budget.h"
#include "model/desired.h"
#include "model/workspace.h"
#include "plan/plan.h"
#include "view/rehearsal.h"

namespace envlink::cli {

/// What the command line asks of the model.
struct RehearsalInput {
  std::string faults_file;  // --faults; empty: none
  std::optional<std::uint64_t> seed;
  std::vector<std::string> fail;  // services by name or id
};

/// What a rehearsal assumes: how the model is configured after the workspace that was read, and the same in
/// words.
struct RehearsalSetup {
  emulator::Likeness model;
  std::vector<std::string> assumptions;
};

/// The emulator's file behind --faults, where there is one.
Result<std::optional<emulator::Workspace>> read_faults(const RehearsalInput& input);

/// `budget`: the limits that reading the workspace has told of.
Result<RehearsalSetup> set_up_rehearsal(const model::Workspace& actual, const plan::Plan& plan,
                                        const engine::Budget& budget, const RehearsalInput& input,
                                        const std::optional<emulator::Workspace>& faults);

/// Reads, carries out, rolls back where the file says so, and proves. What is told are the runs, requests,
/// problems, length and outcome. `made_earlier`: apply would not look for what a preflight needs.
view::Rehearsal rehearse(const model::Desired& desired, const plan::Plan& plan,
                         const emulator::Workspace& model, bool made_earlier = false);

}  // namespace envlink::cli
