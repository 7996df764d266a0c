#include "seeded_case.h"

#include <fmt/format.h>

namespace envlink::simulation {
namespace {

using std::chrono::seconds;

constexpr Time epoch{std::chrono::hours(24 * 365 * 56)};
constexpr Duration two_windows = std::chrono::minutes(2);

}  // namespace

SeededCase::SeededCase(std::uint64_t seed) : seed_(seed) {
  Choices choices(seed);
  scenario_ = draw_scenario(choices);
}

Ended SeededCase::tell(unsigned way, bool trace) {
  const auto id_seed = static_cast<unsigned>(seed_);
  if (way > 0 && !reading_) {
    Choices choices(seed_, ways_of_a_case + 1);
    scenario_.hostility = {};
    scenario_.acts.clear();
    const Time start = epoch + choices.span(Duration{0}, two_windows);
    reading_ = Story(scenario_, choices, start, id_seed).read();
  }
  Choices choices(seed_, way + 1);
  draw_trouble(choices, scenario_);
  if (trace) fmt::print("{}", describe(scenario_));
  if (way == 0) {
    const Time start = epoch + choices.span(Duration{0}, two_windows);
    return Story(scenario_, choices, start, id_seed, trace).tell();
  }
  const Duration later = choices.span(Duration{0}, choices.chance(0.7) ? seconds(5) : seconds(60));
  return Story(scenario_, choices, *reading_, later, trace).tell();
}

}  // namespace envlink::simulation
