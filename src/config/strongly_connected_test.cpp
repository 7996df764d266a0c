#include "config/references.h"

#include <doctest/doctest.h>

#include <numeric>
#include <random>

namespace envlink::config {
namespace {

using Edges = std::vector<std::vector<std::size_t>>;

/// By exhaustive search: what each node reaches.
std::vector<std::vector<bool>> reach(const Edges& edges) {
  std::vector<std::vector<bool>> reached(edges.size(), std::vector<bool>(edges.size()));
  for (std::size_t from = 0; from < edges.size(); ++from) {
    std::vector<std::size_t> open = {from};
    reached[from][from] = true;
    while (!open.empty()) {
      const std::size_t node = open.back();
      open.pop_back();
      for (const std::size_t next : edges[node]) {
        if (reached[from][next]) continue;
        reached[from][next] = true;
        open.push_back(next);
      }
    }
  }
  return reached;
}

TEST_CASE("two nodes share a component exactly if each reaches the other") {
  std::mt19937 random(20260101);
  for (int round = 0; round < 500; ++round) {
    Edges edges(1 + random() % 9);
    for (std::size_t count = random() % 16; count > 0; --count)
      edges[random() % edges.size()].push_back(random() % edges.size());
    const auto knot = strongly_connected(edges);
    const auto reached = reach(edges);
    for (std::size_t a = 0; a < edges.size(); ++a) {
      for (std::size_t b = 0; b < edges.size(); ++b)
        REQUIRE((knot[a] == knot[b]) == (reached[a][b] && reached[b][a]));
    }
  }
}

TEST_CASE("a chain of a hundred thousand does not exhaust the stack") {
  Edges chain(100'000);
  for (std::size_t at = 0; at + 1 < chain.size(); ++at) chain[at].push_back(at + 1);
  const auto knot = strongly_connected(chain);
  CHECK(knot.front() != knot.back());
  chain.back().push_back(0);
  CHECK(strongly_connected(chain).front() == strongly_connected(chain).back());
}

}  // namespace
}  // namespace envlink::config
