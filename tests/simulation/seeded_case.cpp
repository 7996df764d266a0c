#include "seeded_case.h"

#include <fmt/format.h>

#include "swap_case.h"

namespace envlink::simulation {
namespace {

constexpr Time epoch{std::chrono::hours(24 * 365 * 56)};
constexpr Duration two_windows = std::chrono::minutes(2);

}  // namespace

SeededCase::SeededCase(std::uint64_t seed) : seed_(seed) {
  Choices choices(seed);
  scenario_ = draw_scenario(choices);
}

Ended SeededCase::play(unsigned variant, bool trace) {
  Choices choices(seed_, variant + 1);
  draw_trouble(choices, scenario_);
  // Trouble does not affect whether a text can be read back, so one case in four is enough.
  scenario_.reads_texts = variant % 4 == 0;
  const bool swaps = variant == swap_variant;
  if (variant == only_variant) scenario_.habits.only = choices.pick(scenario_.desired.services.size());
  if (trace && !swaps) fmt::print("{}", describe(scenario_));
  const Time start = epoch + choices.span(Duration{0}, two_windows);
  if (swaps) return play_swap(scenario_, choices, start, static_cast<unsigned>(seed_), trace);
  return SimulatedCase(scenario_, choices, start, static_cast<unsigned>(seed_), trace).run();
}

}  // namespace envlink::simulation
