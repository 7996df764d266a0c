#pragma once
// Where the boxes of a graph in columns go, and how the lines run between them. The waves of a plan are the
// columns, so what is left of a layered layout is small: an order with few crossings, places beside what a
// box is joined to, and room for lines that pass a column.

#include <cstddef>
#include <utility>
#include <vector>

namespace envlink::view {

constexpr double box_height = 46;

struct DagLayout {
  /// A line between two boxes; `via` are the places at which it passes the columns between them.
  struct Line {
    std::size_t from = 0;
    std::size_t to = 0;
    std::vector<double> via;
  };
  std::vector<double> middle;  // of each box, from the top
  std::vector<Line> lines;
  double height = 0;
};

/// `columns` hold the boxes, `edges` lead from a column to a later one.
DagLayout lay_out(const std::vector<std::vector<std::size_t>>& columns,
                  const std::vector<std::pair<std::size_t, std::size_t>>& edges);

}  // namespace envlink::view
