#pragma once
// What the names in envlink.yaml refer to, and which of its dependencies lie on a cycle.

#include <cstddef>
#include <vector>

#include "model/desired.h"
#include "yaml/mapping_reader.h"

namespace envlink::config {

/// For each node a number; two nodes have the same one if each can be reached from the other. `edges[i]` are
/// the nodes that i points to, each less than edges.size().
std::vector<std::size_t> strongly_connected(const std::vector<std::vector<std::size_t>>& edges);

/// Replaces ids in `link` and `after` by the keys they belong to. Reports undefined names, contradictions
/// between ids and names, and dependencies that cannot be met.
void resolve_references(model::Desired& desired, yaml::Diagnostics& diagnostics);

}  // namespace envlink::config
