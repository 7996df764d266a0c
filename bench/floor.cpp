// Compares the requests and the time of whole runs (plan, rollout, check at the end) with the lowest
// possible numbers, in virtual time. Prints figures only.
//
// Usage: floor [--kinds] [SERVICES]...     default: 9, 100, 1000 and 10000

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>
#include <vector>

#include "engine/forecast.h"
#include "sized_run.h"

using namespace envlink;

namespace {

double ratio(auto a, auto b) {
  return static_cast<double>(a) / static_cast<double>(b);
}

void measure(std::size_t services, bool kinds) {
  const sizes::Sized made = sizes::sized(services);
  const sizes::Planned planned = sizes::planned(made);
  const view::Rehearsal told = sizes::rehearsed(made, planned);
  const std::size_t fewest = sizes::request_floor(made.work).total();
  const emulator::SeedService& last = made.seed.services.back();
  const bool builds = planned.plan.services.back().rebuild;
  const Duration deploy = (builds ? last.build : Duration{0}) + last.start;
  const Duration writes = sizes::write_floor(made.work, made.seed.behaviour.write_limit, deploy);
  const std::size_t count = sizes::requests(told);
  const engine::Forecast forecast = engine::forecast(planned.plan);
  fmt::print(
      "{:6} services  {:6} requests, at least {:6}: {:.3f}   {:>8}, the writes alone {:>8}: {:.3f}   "
      "forecast {:>8}, {} reads\n",
      services, count, fewest, ratio(count, fewest), format_duration(told.took), format_duration(writes),
      ratio(told.took.count(), writes.count()), forecast.wall ? format_duration(*forecast.wall) : "unknown",
      forecast.reads());
  if (told.outcome != model::Outcome::done) fmt::print("  it ended otherwise than done\n");
  if (!kinds) return;
  for (const auto& [kind, times] : told.requests) fmt::print("  {:6}  {}\n", times, kind);
}

}  // namespace

int main(int argc, char** argv) {
  bool kinds = false;
  std::vector<std::size_t> sizes;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--kinds") {
      kinds = true;
    } else {
      sizes.push_back(std::strtoul(argv[i], nullptr, 10));
    }
  }
  if (sizes.empty()) sizes = {9, 100, 1'000, 10'000};
  for (const std::size_t services : sizes) measure(services, kinds);
}
