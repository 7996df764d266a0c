#pragma once
// Lays out a graph in columns: positions of boxes and lines. The columns are the waves of a plan. The
// layout orders each column for few crossings, moves boxes close to their neighbours, and keeps room for
// lines that pass a column.

#include <cstddef>
#include <utility>
#include <vector>

namespace envlink::view {

constexpr double box_height = 46;

struct DagLayout {
  /// A line between two boxes; `via`: where it passes the columns in between.
  struct Line {
    std::size_t from = 0;
    std::size_t to = 0;
    std::vector<double> via;
  };
  std::vector<double> middle;  // vertical centre of each box, from the top
  std::vector<Line> lines;
  double height = 0;
};

/// `columns` contain the boxes; each of the `edges` leads to a later column.
DagLayout lay_out(const std::vector<std::vector<std::size_t>>& columns,
                  const std::vector<std::pair<std::size_t, std::size_t>>& edges);

}  // namespace envlink::view
