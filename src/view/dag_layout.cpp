#include "view/dag_layout.h"

#include <algorithm>
#include <numeric>

namespace envlink::view {
namespace {

constexpr int sweeps = 12;

/// A box, or the place at which a line passes a column.
struct Item {
  std::size_t column = 0;
  std::vector<std::size_t> left;
  std::vector<std::size_t> right;
  double size = 0;
  double middle = 0;
  std::size_t place = 0;  // in its column
};

class Layout {
 public:
  Layout(const std::vector<std::vector<std::size_t>>& columns,
         const std::vector<std::pair<std::size_t, std::size_t>>& edges, const BoxSizes& sizes)
      : sizes_(sizes), columns_(columns) {
    std::size_t boxes = 0;
    for (const auto& column : columns) {
      for (const std::size_t box : column) boxes = std::max(boxes, box + 1);
    }
    items_.resize(boxes);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      for (const std::size_t box : columns[c]) {
        items_[box].column = c;
        items_[box].size = sizes.box;
      }
    }
    boxes_ = boxes;
    for (const auto& [from, to] : edges) add_edge(from, to);
  }

  DagLayout result() {
    number();
    reduce_crossings();
    place();
    DagLayout out;
    out.height = height_;
    for (std::size_t i = 0; i < boxes_; ++i) out.middle.push_back(items_[i].middle);
    for (auto& [line, passing] : lines_) {
      for (const std::size_t item : passing) line.via.push_back(items_[item].middle);
      out.lines.push_back(std::move(line));
    }
    return out;
  }

 private:
  void add_edge(std::size_t from, std::size_t to) {
    std::size_t last = from;
    std::vector<std::size_t> passing;
    for (std::size_t c = items_[from].column + 1; c < items_[to].column; ++c) {
      const std::size_t item = items_.size();
      items_.push_back({c, {}, {}, sizes_.line, 0, 0});
      columns_[c].push_back(item);
      join(last, item);
      passing.push_back(item);
      last = item;
    }
    join(last, to);
    lines_.emplace_back(DagLayout::Line{from, to, {}}, std::move(passing));
  }

  void join(std::size_t left, std::size_t right) {
    items_[left].right.push_back(right);
    items_[right].left.push_back(left);
  }

  void number() {
    for (const auto& column : columns_) {
      for (std::size_t i = 0; i < column.size(); ++i) items_[column[i]].place = i;
    }
  }

  /// Each column in the order of the middles of what it is joined to, from left to right and back; the order
  /// with the fewest crossings stays.
  void reduce_crossings() {
    auto best = columns_;
    std::size_t fewest = crossings();
    for (int sweep = 0; sweep < sweeps && fewest > 0; ++sweep) {
      const bool to_the_right = sweep % 2 == 0;
      for (std::size_t i = 1; i < columns_.size(); ++i) {
        const std::size_t c = to_the_right ? i : columns_.size() - 1 - i;
        sort_column(c, to_the_right);
      }
      const std::size_t now = crossings();
      if (now >= fewest) continue;
      fewest = now;
      best = columns_;
    }
    columns_ = std::move(best);
    number();
  }

  void sort_column(std::size_t c, bool by_left) {
    std::vector<std::pair<double, std::size_t>> order;
    for (const std::size_t item : columns_[c]) {
      const auto& joined = by_left ? items_[item].left : items_[item].right;
      double sum = 0;
      for (const std::size_t other : joined) sum += static_cast<double>(items_[other].place);
      order.emplace_back(
          joined.empty() ? static_cast<double>(items_[item].place) : sum / static_cast<double>(joined.size()),
          item);
    }
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < order.size(); ++i) {
      columns_[c][i] = order[i].second;
      items_[order[i].second].place = i;
    }
  }

  std::size_t crossings() const {
    std::size_t count = 0;
    for (const auto& column : columns_) {
      std::vector<std::size_t> ends;  // of the lines so far, from the top of the column down
      for (const std::size_t item : column) {
        const std::size_t before = ends.size();
        for (const std::size_t right : items_[item].right) {
          const std::size_t place = items_[right].place;
          count += static_cast<std::size_t>(
              std::count_if(ends.begin(), ends.begin() + static_cast<std::ptrdiff_t>(before),
                            [place](std::size_t other) { return other > place; }));
          ends.push_back(place);
        }
      }
    }
    return count;
  }

  double apart(std::size_t a, std::size_t b) const {
    return (items_[a].size + items_[b].size) / 2 + sizes_.gap;
  }

  /// As near to what it is joined to as the order and the room of its neighbours allow.
  void place() {
    for (const auto& column : columns_) {
      double y = 0;
      for (std::size_t i = 0; i < column.size(); ++i) {
        y = i == 0 ? items_[column[i]].size / 2 : y + apart(column[i - 1], column[i]);
        items_[column[i]].middle = y;
      }
      height_ = std::max(height_, column.empty() ? 0 : y + items_[column.back()].size / 2);
    }
    for (const auto& column : columns_) {
      if (column.empty()) continue;
      const double used = items_[column.back()].middle + items_[column.back()].size / 2;
      for (const std::size_t item : column) items_[item].middle += (height_ - used) / 2;
    }
    for (int sweep = 0; sweep < sweeps; ++sweep) {
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        pull(columns_[sweep % 2 == 0 ? i : columns_.size() - 1 - i]);
      }
    }
    double top = 1e9;
    double bottom = 0;
    for (const auto& column : columns_) {
      for (const std::size_t item : column) {
        top = std::min(top, items_[item].middle - items_[item].size / 2);
        bottom = std::max(bottom, items_[item].middle + items_[item].size / 2);
      }
    }
    if (bottom <= 0) return;
    for (Item& item : items_) item.middle -= top;
    height_ = bottom - top;
  }

  void pull(const std::vector<std::size_t>& column) {
    if (column.empty()) return;
    std::vector<double> down(column.size());
    std::vector<double> up(column.size());
    for (std::size_t i = 0; i < column.size(); ++i) {
      const Item& item = items_[column[i]];
      double sum = 0;
      for (const std::size_t other : item.left) sum += items_[other].middle;
      for (const std::size_t other : item.right) sum += items_[other].middle;
      const std::size_t joined = item.left.size() + item.right.size();
      down[i] = up[i] = joined == 0 ? item.middle : sum / static_cast<double>(joined);
    }
    for (std::size_t i = 1; i < column.size(); ++i)
      down[i] = std::max(down[i], down[i - 1] + apart(column[i - 1], column[i]));
    for (std::size_t i = column.size() - 1; i > 0; --i)
      up[i - 1] = std::min(up[i - 1], up[i] - apart(column[i - 1], column[i]));
    for (std::size_t i = 0; i < column.size(); ++i) items_[column[i]].middle = (down[i] + up[i]) / 2;
  }

  BoxSizes sizes_;
  std::vector<std::vector<std::size_t>> columns_;
  std::vector<Item> items_;
  std::size_t boxes_ = 0;
  std::vector<std::pair<DagLayout::Line, std::vector<std::size_t>>> lines_;
  double height_ = 0;
};

}  // namespace

DagLayout lay_out(const std::vector<std::vector<std::size_t>>& columns,
                  const std::vector<std::pair<std::size_t, std::size_t>>& edges, const BoxSizes& sizes) {
  return Layout(columns, edges, sizes).result();
}

}  // namespace envlink::view
