// The bytes make every choice of a simulated case: the workspace, the file, network faults, changes by
// colleagues, and when processes die. The oracles of tests/simulation must hold in each case.

#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "choices.h"
#include "scenario.h"
#include "simulated_case.h"

using namespace envlink;
using namespace envlink::simulation;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Longer inputs only repeat themselves.
  if (size > 2048) return -1;
  Choices choices = Choices::from({data, size});
  const Scenario scenario = draw_scenario(choices);
  const Time start =
      Time(std::chrono::hours(24 * 365 * 56)) + choices.span(Duration{0}, std::chrono::minutes(2));
  try {
    SimulatedCase(scenario, choices, start, 1).run();
  } catch (const std::exception& violation) {
    fmt::print(stderr, "{}\n{}", violation.what(), describe(scenario));
    std::abort();
  }
  return 0;
}
