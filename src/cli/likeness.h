#pragma once
// What a rehearsal assumes: how the model is to be like the workspace that was read, said in words as well.

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/options.h"
#include "emulator/draw_faults.h"
#include "emulator/from_workspace.h"
#include "engine/budget.h"
#include "model/workspace.h"
#include "plan/plan.h"

namespace envlink::cli {

/// What the command line asks of the model.
struct Wishes {
  std::optional<emulator::Workspace> file;  // --faults
  std::optional<std::uint64_t> seed;
  std::vector<std::string> fail;  // services by name or id
};

struct AssumedLikeness {
  emulator::Likeness value;
  std::vector<std::string> assumptions;
};

Result<Wishes> read_wishes(const Options& options);

/// `budget`: the limits that reading the workspace has told of.
Result<AssumedLikeness> likeness_of(const model::Workspace& actual, const plan::Plan& plan,
                                    const engine::Budget& budget, const Wishes& wishes);

}  // namespace envlink::cli
