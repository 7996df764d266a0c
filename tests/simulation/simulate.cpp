// simulate [--from SEED] [--count N] [--trace]: random schedules of rollouts against the model of the API, in
// virtual time. simulate --every-way prints how many schedules a small case has, having played each. A
// violation prints its seed, the case and the command that replays it.

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <string_view>

#include "choices.h"
#include "every_way.h"
#include "scenario.h"
#include "story.h"

namespace envlink::simulation {
namespace {

struct Tally {
  std::map<int, std::size_t> exits;
  std::size_t refused = 0;
  std::size_t unread = 0;
  std::size_t requests = 0;
  std::size_t processes = 0;
};

void run_one(std::uint64_t seed, bool trace, Tally& tally) {
  Choices choices(seed);
  const Scenario scenario = draw_scenario(choices);
  if (trace) fmt::print("{}", describe(scenario));
  const Time start =
      Time(std::chrono::hours(24 * 365 * 56)) + choices.span(Duration{0}, std::chrono::minutes(2));
  const Ended ended = Story(scenario, choices, start, static_cast<unsigned>(seed), trace).tell();
  tally.requests += ended.requests;
  tally.processes += static_cast<std::size_t>(ended.processes);
  if (ended.exit_code) {
    ++tally.exits[*ended.exit_code];
  } else {
    ++(ended.refused ? tally.refused : tally.unread);
  }
}

int simulate(std::uint64_t from, std::uint64_t count, bool trace) {
  Tally tally;
  const auto began = std::chrono::steady_clock::now();
  for (std::uint64_t seed = from; seed < from + count; ++seed) {
    try {
      run_one(seed, trace, tally);
    } catch (const std::exception& violation) {
      fmt::print("seed {}: {}\nreplay: simulate --from {} --count 1 --trace\n", seed, violation.what(), seed);
      return 1;
    }
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  fmt::print("{} schedules, seeds {} to {}, no violation; {:.0f} a second; {} requests, {} processes\n",
             count, from, from + count - 1, static_cast<double>(count) / seconds, tally.requests,
             tally.processes);
  for (const auto& [code, times] : tally.exits) fmt::print("  exit {}: {}\n", code, times);
  fmt::print("  refused by preflight: {}; workspace unreadable: {}\n", tally.refused, tally.unread);
  return 0;
}

}  // namespace
}  // namespace envlink::simulation

int main(int argc, char** argv) {
  std::uint64_t from = 1;
  std::uint64_t count = 1000;
  bool trace = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--every-way") return envlink::simulation::play_every_way();
    if (word == "--trace") trace = true;
    if (word == "--from" && i + 1 < argc) from = std::strtoull(argv[++i], nullptr, 10);
    if (word == "--count" && i + 1 < argc) count = std::strtoull(argv[++i], nullptr, 10);
  }
  return envlink::simulation::simulate(from, count, trace);
}
