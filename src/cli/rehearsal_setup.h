#pragma once
// What a rehearsal assumes: how the model is configured after the workspace that was read, said in words as
// well.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "emulator/faults.h"
#include "emulator/from_workspace.h"
#include "engine/budget.h"
#include "model/workspace.h"
#include "plan/plan.h"

namespace envlink::cli {

/// What the command line asks of the model.
struct RehearsalInput {
  std::string faults_file;  // --faults; empty: none
  std::optional<std::uint64_t> seed;
  std::vector<std::string> fail;  // services by name or id
};

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

}  // namespace envlink::cli
