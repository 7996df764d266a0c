// simulate [--from SEED] [--count N] [--trace]: random schedules of a rollout against the model of the API,
// in virtual time. Prints a summary; a violation prints its seed, the case and the command that replays it.

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <string_view>

#include "choices.h"
#include "emulator/world.h"
#include "engine/event_json.h"
#include "engine/rollout.h"
#include "engine/survey.h"
#include "oracles.h"
#include "plan/make_plan.h"
#include "scenario.h"
#include "wire.h"

namespace envlink::simulation {
namespace {

constexpr Duration longest_run = std::chrono::hours(4);
constexpr int most_turns = 200'000;

/// Stops a run that does not end (invariant 8), and prints what happens when asked to.
class Overseer final : public engine::Recorder, public engine::Observer {
 public:
  Overseer(Time start, bool trace) : start_(start), trace_(trace) {}
  void record(const std::vector<engine::Event>& events) override {
    if (!trace_) return;
    for (const engine::Event& event : events) fmt::print("  {}\n", engine::to_json(event));
  }
  void notice(const engine::Event&) override {}
  std::optional<Time> repaint(Time now) override {
    if (++turns_ > most_turns || now > start_ + longest_run)
      throw Violation("invariant 8: the run does not end");
    return std::nullopt;
  }

 private:
  Time start_;
  bool trace_;
  int turns_ = 0;
};

struct Tally {
  std::map<int, std::size_t> exits;
  std::size_t refused = 0;
  std::size_t unread = 0;
  std::size_t requests = 0;
};

void run_one(std::uint64_t seed, bool trace, Tally& tally) {
  Choices choices(seed);
  const Scenario scenario = draw_scenario(choices);
  if (trace) fmt::print("{}", describe(scenario));
  const Time start =
      Time(std::chrono::hours(24 * 365 * 56)) + choices.span(Duration{0}, std::chrono::minutes(2));
  emulator::World world(scenario.workspace, start, 1.0, static_cast<unsigned>(seed));
  Oracles oracles(scenario, world);
  Wire wire(scenario, choices, world, oracles, start);
  Overseer overseer(start, trace);

  engine::Survey survey(scenario.desired, "");
  engine::run(survey, wire, wire, overseer, overseer);
  if (!survey.result()) {
    ++tally.unread;
    return;
  }
  const plan::Plan plan = plan::make_plan(scenario.desired, *survey.result());
  if (plan.refused()) {
    ++tally.refused;
    return;
  }
  oracles.watch(plan, wire.now());
  engine::Rollout rollout(plan, survey.budget());
  engine::run(rollout, wire, wire, overseer, overseer);
  oracles.ended(wire.now(), rollout.exit_code());
  ++tally.exits[rollout.exit_code()];
  tally.requests += oracles.requests();
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
  fmt::print("{} schedules, seeds {} to {}, no violation; {:.0f} a second; {} requests\n", count, from,
             from + count - 1, static_cast<double>(count) / seconds, tally.requests);
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
    if (word == "--trace") trace = true;
    if (word == "--from" && i + 1 < argc) from = std::strtoull(argv[++i], nullptr, 10);
    if (word == "--count" && i + 1 < argc) count = std::strtoull(argv[++i], nullptr, 10);
  }
  return envlink::simulation::simulate(from, count, trace);
}
