#include "config/strongly_connected.h"

#include <algorithm>
#include <limits>

namespace envlink::config {
namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

struct Step {
  std::size_t node;
  std::size_t next = 0;  // among its edges
};

/// Tarjan's algorithm, with a stack of its own: a long chain must not exhaust the program's.
class Finder {
 public:
  explicit Finder(const std::vector<std::vector<std::size_t>>& edges)
      : edges_(edges), order_(edges.size(), none), low_(edges.size()), knot_(edges.size(), none) {}

  std::vector<std::size_t> run() {
    for (std::size_t node = 0; node < edges_.size(); ++node) {
      if (order_[node] == none) explore(node);
    }
    return std::move(knot_);
  }

 private:
  void explore(std::size_t root) {
    enter(root);
    while (!path_.empty()) {
      Step& step = path_.back();
      const std::size_t node = step.node;
      if (step.next == edges_[node].size()) {
        leave(node);
        continue;
      }
      const std::size_t target = edges_[node][step.next++];
      if (order_[target] == none) {
        enter(target);
      } else if (knot_[target] == none) {
        low_[node] = std::min(low_[node], order_[target]);
      }
    }
  }

  void enter(std::size_t node) {
    order_[node] = low_[node] = count_++;
    open_.push_back(node);
    path_.push_back({node});
  }

  void leave(std::size_t node) {
    path_.pop_back();
    if (!path_.empty()) low_[path_.back().node] = std::min(low_[path_.back().node], low_[node]);
    if (low_[node] != order_[node]) return;
    std::size_t member = none;
    do {
      member = open_.back();
      open_.pop_back();
      knot_[member] = knots_;
    } while (member != node);
    ++knots_;
  }

  const std::vector<std::vector<std::size_t>>& edges_;
  std::vector<std::size_t> order_;
  std::vector<std::size_t> low_;
  std::vector<std::size_t> knot_;
  std::vector<std::size_t> open_;  // not in a knot yet
  std::vector<Step> path_;
  std::size_t count_ = 0;
  std::size_t knots_ = 0;
};

}  // namespace

std::vector<std::size_t> strongly_connected(const std::vector<std::vector<std::size_t>>& edges) {
  return Finder(edges).run();
}

}  // namespace envlink::config
