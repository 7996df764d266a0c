#pragma once
// All that a seed stands for: a workspace and a file, and the ways in which the story of them may go.

#include <cstdint>
#include <optional>

#include "scenario.h"
#include "story.h"

namespace envlink::simulation {

/// How often a case is told, each time with trouble of its own. Way 0 reads the workspace under that trouble;
/// the others go on from one reading over a whole wire.
constexpr unsigned ways_of_a_case = 16;

class SeededCase {
 public:
  explicit SeededCase(std::uint64_t seed);
  Ended tell(unsigned way, bool trace = false);

 private:
  std::uint64_t seed_;
  Scenario scenario_;
  std::optional<Reading> reading_;
};

}  // namespace envlink::simulation
