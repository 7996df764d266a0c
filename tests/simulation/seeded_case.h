#pragma once
// The case of a seed: a workspace and a file, played in variants with different trouble.

#include <cstdint>

#include "scenario.h"
#include "simulated_case.h"

namespace envlink::simulation {

/// Number of variants of a case.
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
