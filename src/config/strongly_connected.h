#pragma once
// Edges of a directed graph that lie on a cycle: an order cannot obey them.

#include <cstddef>
#include <vector>

namespace envlink::config {

/// For each node a number; two nodes have the same one when each is reached from the other. `edges[i]` are
/// the nodes that i points at, each less than edges.size().
std::vector<std::size_t> strongly_connected(const std::vector<std::vector<std::size_t>>& edges);

}  // namespace envlink::config
