#pragma once
// Part of the inside of a report's page: the lines of its graph, and the measures that they share with the
// boxes.

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "view/dag_layout.h"

namespace envlink::view::page {

constexpr double box_width = 232;
constexpr double column_gap = 42;
constexpr double head = 30;
constexpr double edge = 6;  // around everything

inline double left_of_column(std::size_t column) {
  return edge + static_cast<double>(column) * (box_width + column_gap);
}

/// `column` holds each box's, `strong` the pairs whose line stands out.
std::string draw_lines(const DagLayout& layout, const std::vector<std::size_t>& column,
                       const std::set<std::pair<std::size_t, std::size_t>>& strong);

}  // namespace envlink::view::page
