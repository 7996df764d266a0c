#pragma once
// All that a seed stands for: a workspace and a file, and variants of what happens with them.

#include <cstdint>

#include "scenario.h"
#include "simulated_case.h"

namespace envlink::simulation {

/// How often a case is played, each time with trouble of its own.
constexpr unsigned variants_of_a_case = 17;
constexpr unsigned swap_variant = 15;  // a group is swapped
constexpr unsigned only_variant = 16;  // with --only

class SeededCase {
 public:
  explicit SeededCase(std::uint64_t seed);
  Ended play(unsigned variant, bool trace = false);

 private:
  std::uint64_t seed_;
  Scenario scenario_;
};

}  // namespace envlink::simulation
