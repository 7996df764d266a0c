#include "view/dag_edges.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace envlink::view::page {
namespace {

struct Point {
  double x = 0;
  double y = 0;
};

std::string curve(Point from, Point to) {
  const double middle = (from.x + to.x) / 2;
  return fmt::format("C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", middle, from.y, middle, to.y, to.x, to.y);
}

class EdgePainter {
 public:
  EdgePainter(const DagLayout& layout, const std::vector<std::size_t>& column,
              const std::set<std::pair<std::size_t, std::size_t>>& strong)
      : layout_(layout), column_(column), marked_(strong) {}

  std::string text() {
    std::map<std::size_t, std::vector<std::size_t>> before;
    for (const DagLayout::Line& line : layout_.lines) {
      if (line.via.empty()) {
        before[line.to].push_back(line.from);
      } else {
        along(line);
      }
    }
    std::map<std::vector<std::size_t>, std::vector<std::size_t>> alike;
    for (auto& [to, from] : before) alike[from].push_back(to);
    for (const auto& [from, to] : alike) {
      if (from.size() >= 3 && to.size() >= 2) {
        knot(from, to);
        continue;
      }
      for (const std::size_t one : from) {
        for (const std::size_t other : to) {
          draw("M" + at(start(one)) + curve(start(one), end(other)), is_marked(one, other), true);
        }
      }
    }
    return out_ + strong_;
  }

 private:
  static std::string at(Point point) { return fmt::format("{:.1f} {:.1f}", point.x, point.y); }
  Point start(std::size_t box) const {
    return {left_of_column(column_[box]) + box_width, layout_.middle[box] + head + edge};
  }
  Point end(std::size_t box) const {
    return {left_of_column(column_[box]) - 3, layout_.middle[box] + head + edge};
  }
  bool is_marked(std::size_t from, std::size_t to) const { return marked_.count({from, to}) == 1; }

  /// A strong line is drawn over the others.
  void draw(const std::string& d, bool is_strong, bool has_tip) {
    (is_strong ? strong_ : out_) +=
        fmt::format(R"svg(<path class="line{}" d="{}"{}/>)svg", is_strong ? " slow" : "", d,
                    has_tip ? " marker-end=\"url(#tip)\"" : "");
  }

  void along(const DagLayout::Line& line) {
    Point last = start(line.from);
    std::string d = "M" + at(last);
    for (std::size_t i = 0; i < line.via.size(); ++i) {
      const Point next{left_of_column(column_[line.from] + 1 + i), line.via[i] + head + edge};
      d += curve(last, next) + fmt::format("H{:.1f}", next.x + box_width);
      last = {next.x + box_width, next.y};
    }
    draw(d + curve(last, end(line.to)), is_marked(line.from, line.to), true);
  }

  /// Where several wait for the same several, all lines run through one point.
  void knot(const std::vector<std::size_t>& from, const std::vector<std::size_t>& to) {
    double sum = 0;
    for (const std::size_t box : from) sum += start(box).y;
    for (const std::size_t box : to) sum += end(box).y;
    const Point middle{start(from.front()).x + column_gap / 2,
                       sum / static_cast<double>(from.size() + to.size())};
    for (const std::size_t one : from) {
      const bool is_strong =
          std::any_of(to.begin(), to.end(), [&](std::size_t other) { return is_marked(one, other); });
      draw("M" + at(start(one)) + curve(start(one), middle), is_strong, false);
    }
    for (const std::size_t other : to) {
      const bool is_strong =
          std::any_of(from.begin(), from.end(), [&](std::size_t one) { return is_marked(one, other); });
      draw("M" + at(middle) + curve(middle, end(other)), is_strong, true);
    }
  }

  const DagLayout& layout_;
  const std::vector<std::size_t>& column_;
  const std::set<std::pair<std::size_t, std::size_t>>& marked_;
  std::string out_;
  std::string strong_;
};

}  // namespace

std::string draw_lines(const DagLayout& layout, const std::vector<std::size_t>& column,
                       const std::set<std::pair<std::size_t, std::size_t>>& strong) {
  return EdgePainter(layout, column, strong).text();
}

}  // namespace envlink::view::page
