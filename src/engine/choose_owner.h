#pragma once
// Which of the workspaces that a key reaches is meant.

#include <string>
#include <vector>

#include "base/error.h"
#include "model/desired.h"
#include "model/workspace.h"

namespace envlink::engine {

/// The file's `workspace` wins over `named` (RENDER_WORKSPACE); without either the key must reach exactly
/// one.
Result<model::Owner> choose_owner(const std::vector<model::Owner>& owners, const model::Desired& desired,
                                  const std::string& named);

}  // namespace envlink::engine
