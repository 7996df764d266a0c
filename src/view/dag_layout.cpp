#include "view/dag_layout.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace envlink::view {
namespace {

constexpr int sweeps = 12;
constexpr double gap = 14;          // between two boxes of a column
constexpr double line_height = 10;  // height of a passing line

using Column = std::vector<std::size_t>;

/// A box, or the point where a line passes a column.
struct Item {
  std::size_t column = 0;
  double size = 0;
  std::vector<std::size_t> left{};
  std::vector<std::size_t> right{};
  double middle = 0;
  std::size_t place = 0;  // position in its column
};

class Layout {
 public:
  Layout(const std::vector<Column>& columns, const std::vector<std::pair<std::size_t, std::size_t>>& edges)
      : columns_(columns) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
      for (const std::size_t box : columns[c]) {
        items_.resize(std::max(items_.size(), box + 1));
        items_[box] = {c, box_height};
      }
    }
    boxes_ = items_.size();
    for (const auto& [from, to] : edges) add_edge(from, to);
  }

  DagLayout result() {
    reduce_crossings();
    DagLayout out;
    out.height = place();
    for (std::size_t i = 0; i < boxes_; ++i) out.middle.push_back(items_[i].middle);
    for (const auto& path : paths_) {
      out.lines.push_back({path.front(), path.back(), {}});
      for (std::size_t i = 1; i + 1 < path.size(); ++i)
        out.lines.back().via.push_back(items_[path[i]].middle);
    }
    return out;
  }

 private:
  void add_edge(std::size_t from, std::size_t to) {
    std::vector<std::size_t> path{from};
    for (std::size_t c = items_[from].column + 1; c < items_[to].column; ++c) {
      path.push_back(items_.size());
      columns_[c].push_back(items_.size());
      items_.push_back({c, line_height});
    }
    path.push_back(to);
    for (std::size_t i = 1; i < path.size(); ++i) {
      items_[path[i - 1]].right.push_back(path[i]);
      items_[path[i]].left.push_back(path[i - 1]);
    }
    paths_.push_back(std::move(path));
  }

  void number(const Column& column) {
    for (std::size_t i = 0; i < column.size(); ++i) items_[column[i]].place = i;
  }

  /// Sorts each column by the mean position of its neighbours, going left to right and back, and keeps the
  /// order with the fewest crossings.
  void reduce_crossings() {
    for (const Column& column : columns_) number(column);
    auto best = columns_;
    std::size_t fewest = crossings();
    for (int sweep = 0; sweep < sweeps && fewest > 0; ++sweep) {
      const bool to_the_right = sweep % 2 == 0;
      for (std::size_t i = 1; i < columns_.size(); ++i) {
        sort(columns_[to_the_right ? i : columns_.size() - 1 - i], to_the_right);
      }
      const std::size_t now = crossings();
      if (now >= fewest) continue;
      fewest = now;
      best = columns_;
    }
    columns_ = std::move(best);
  }

  void sort(Column& column, bool by_left) {
    const auto mean_place = [&](std::size_t item) {
      const auto& joined = by_left ? items_[item].left : items_[item].right;
      if (joined.empty()) return static_cast<double>(items_[item].place);
      double sum = 0;
      for (const std::size_t other : joined) sum += static_cast<double>(items_[other].place);
      return sum / static_cast<double>(joined.size());
    };
    std::ranges::stable_sort(column, {}, mean_place);
    number(column);
  }

  std::size_t crossings() const {
    std::size_t count = 0;
    for (const Column& column : columns_) {
      std::vector<std::size_t> ends;  // of the lines so far, from the top of the column down
      for (const std::size_t item : column) {
        const std::vector<std::size_t> above = ends;
        for (const std::size_t right : items_[item].right) {
          const std::size_t place = items_[right].place;
          count += static_cast<std::size_t>(
              std::ranges::count_if(above, [place](std::size_t other) { return other > place; }));
          ends.push_back(place);
        }
      }
    }
    return count;
  }

  /// Moves each item as close to its neighbours as the order and the other items allow. Returns the height.
  double place() {
    for (const Column& column : columns_) spread(column);
    for (int sweep = 0; sweep < sweeps; ++sweep) {
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        pull(columns_[sweep % 2 == 0 ? i : columns_.size() - 1 - i]);
      }
    }
    double top = std::numeric_limits<double>::max();
    for (const Item& item : items_) top = std::min(top, item.middle - item.size / 2);
    double height = 0;
    for (Item& item : items_) {
      item.middle -= top;
      height = std::max(height, item.middle + item.size / 2);
    }
    return height;
  }

  void pull(const Column& column) {
    for (const std::size_t item : column) {
      const auto& [left, right] = std::tie(items_[item].left, items_[item].right);
      if (left.empty() && right.empty()) continue;
      double sum = 0;
      for (const std::size_t other : left) sum += items_[other].middle;
      for (const std::size_t other : right) sum += items_[other].middle;
      items_[item].middle = sum / static_cast<double>(left.size() + right.size());
    }
    spread(column);
  }

  /// Keeps the items in order and apart, as close to their current positions as possible.
  void spread(const Column& column) {
    std::vector<double> down;
    for (const std::size_t item : column) down.push_back(items_[item].middle);
    std::vector<double> up = down;
    const auto apart = [&](std::size_t i) {
      return (items_[column[i - 1]].size + items_[column[i]].size) / 2 + gap;
    };
    for (std::size_t i = 1; i < column.size(); ++i) down[i] = std::max(down[i], down[i - 1] + apart(i));
    for (std::size_t i = column.size(); i-- > 1;) up[i - 1] = std::min(up[i - 1], up[i] - apart(i));
    for (std::size_t i = 0; i < column.size(); ++i) items_[column[i]].middle = (down[i] + up[i]) / 2;
  }

  std::vector<Column> columns_;
  std::vector<Item> items_;                      // the boxes come first
  std::vector<std::vector<std::size_t>> paths_;  // by edge: its box and the points that it passes
  std::size_t boxes_ = 0;
};

}  // namespace

DagLayout lay_out(const std::vector<Column>& columns,
                  const std::vector<std::pair<std::size_t, std::size_t>>& edges) {
  return Layout(columns, edges).result();
}

}  // namespace envlink::view
