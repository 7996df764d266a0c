#pragma once
// Runs a plan on the model of Render with the workflow of apply: in memory and in virtual time, without a
// socket, a journal or a lock.

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

/// Options for the model.
struct Options {
  std::optional<std::uint64_t> seed;  // seed for random faults
  std::vector<std::string> fail;      // services, by name or id, whose deploys fail
};

/// What a rehearsal assumes: the model's configuration, based on the workspace, and the same in words.
struct Setup {
  emulator::ModelSettings model;
  std::vector<std::string> assumptions;
};

/// `budget`: the rate limits seen while reading the workspace. `file`: an emulator file with faults,
/// behaviour and outcomes. An error if it or `options` names a service that is not in the workspace.
Result<Setup> set_up(const model::Workspace& actual, const plan::Plan& plan, const engine::Budget& budget,
                     const Options& options, const std::optional<emulator::Workspace>& file);

/// Reads, applies, rolls back if the file says so, and verifies. Reports the runs, requests, problems,
/// duration and outcome. `made_earlier`: apply would skip the reads for the preflight.
view::Rehearsal rehearse(const model::Desired& desired, const plan::Plan& plan,
                         const emulator::Workspace& model, bool made_earlier = false);

}  // namespace envlink::rehearsal
