#pragma once
// Render's lists come newest first, in an order that may vary. Sort a workspace first to derive a
// reproducible text from it.

#include "model/workspace.h"

namespace envlink::model {

/// Sorts services and groups by name, then id, and marks those that share a name; links by id; keys and file
/// names by name. Deploys stay newest first, because their order matters.
void put_in_canonical_order(Workspace& workspace);
bool in_canonical_order(const Workspace& workspace);

}  // namespace envlink::model
