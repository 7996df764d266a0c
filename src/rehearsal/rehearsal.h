#pragma once
// A plan carried out on the model of Render, by the workflow that apply runs: in memory and in virtual time,
// without a socket, a journal or a lock.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "emulator/faults.h"
#include "emulator/from_workspace.h"
#include "emulator/workspace.h"
#include "engine/budget.h"
#include "model/desired.h"
#include "model/workspace.h"
#include "plan/plan.h"
#include "view/rehearsal.h"

namespace envlink::rehearsal {

/// What is asked of the model.
struct Options {
  std::optional<std::uint64_t> seed;  // faults are drawn with it
  std::vector<std::string> fail;      // services by name or id: their deploys fail
};

/// What a rehearsal assumes: how the model is configured after the workspace that was read, and the same in
/// words.
struct Setup {
  emulator::ModelSettings model;
  std::vector<std::string> assumptions;
};

/// `budget`: the limits that reading the workspace has told of. `file`: an emulator's file with faults,
/// behaviour and outcomes. An error where it or `options` names a service that the workspace lacks.
Result<Setup> set_up(const model::Workspace& actual, const plan::Plan& plan, const engine::Budget& budget,
                     const Options& options, const std::optional<emulator::Workspace>& file);

/// Reads, carries out, rolls back where the file says so, and proves. What is told are the runs, requests,
/// problems, length and outcome. `made_earlier`: apply would not look for what a preflight needs.
view::Rehearsal rehearse(const model::Desired& desired, const plan::Plan& plan,
                         const emulator::Workspace& model, bool made_earlier = false);

}  // namespace envlink::rehearsal
