#pragma once
// Which of the workspaces that a key reaches is meant.

#include <string>
#include <vector>

#include "base/error.h"
#include "model/desired.h"
#include "model/workspace.h"

namespace envlink::engine {

/// Its name, with its id where another one bears the name as well: only that says which is which.
std::string label_of(const model::Owner& owner, const std::vector<model::Owner>& owners);
std::string labels_of(const std::vector<model::Owner>& owners);

/// By the file's `workspace` or by `named` (RENDER_WORKSPACE): where both are given they must be the same
/// one. Without either the key must reach exactly one.
Result<model::Owner> choose_owner(const std::vector<model::Owner>& owners, const model::Desired& desired,
                                  const std::string& named);

/// Whatever other workspaces the key reaches, `choose_owner` would answer the same of these.
bool is_decided(const std::vector<model::Owner>& owners, const model::Desired& desired,
                const std::string& named);

}  // namespace envlink::engine
