#pragma once
// Chooses the workspace among those that a key reaches.

#include <string>
#include <vector>

#include "base/error.h"
#include "model/desired.h"
#include "model/workspace.h"

namespace envlink::engine {

/// The workspace's name, with its id if another one has the same name.
std::string label_of(const model::Owner& owner, const std::vector<model::Owner>& owners);
std::string labels_of(const std::vector<model::Owner>& owners);

/// Chosen by the file's `workspace` or by `named` (RENDER_WORKSPACE); if both are given, they must mean the
/// same workspace. Without either, the key must reach exactly one.
Result<model::Owner> choose_owner(const std::vector<model::Owner>& owners, const model::Desired& desired,
                                  const std::string& named);

/// No other workspace of the key could change what `choose_owner` returns for these.
bool is_decided(const std::vector<model::Owner>& owners, const model::Desired& desired,
                const std::string& named);

}  // namespace envlink::engine
