#pragma once
// Render's lists come newest first, and two of them need not come in the same order. Whoever derives a text
// from a workspace that must be the same each time puts it in order first.

#include "model/workspace.h"

namespace envlink::model {

/// Services and groups by name, then id, and marked where several share a name; links by id; keys and names
/// of files by name. Deploys stay newest first: their order means something.
void put_in_canonical_order(Workspace& workspace);
bool in_canonical_order(const Workspace& workspace);

}  // namespace envlink::model
