#include "every_way.h"

#include <fmt/format.h>

#include "simulated_case.h"

namespace envlink::simulation {
namespace {

using std::chrono::seconds;

struct Case {
  const char* name;
  int services;
  int faults;
  int kills;
  int interrupts;
  bool first_fails;
};

Scenario scenario_of(const Case& one) {
  Scenario scenario;
  emulator::SeedGroup group;
  group.name = "secrets";
  group.id = "evg-00000000000000000001";
  group.variables = {{"KEY", std::string(planted_secret)}};
  scenario.workspace.groups = {group};
  model::DesiredGroup wanted_group;
  wanted_group.name.text = group.name;
  scenario.desired.groups = {wanted_group};
  for (int i = 0; i < one.services; ++i) {
    emulator::SeedService seed;
    seed.name = fmt::format("s{}", i);
    seed.id = fmt::format("srv-{:020}", i);
    seed.build = seconds(1);
    seed.start = Duration{0};
    if (i == 0 && one.first_fails) seed.outcome = emulator::Outcome::update_failed;
    model::DesiredService wanted;
    wanted.name.text = seed.name;
    wanted.link = {{group.name, {}}};
    if (i > 0) wanted.after = {{fmt::format("s{}", i - 1), {}}};
    scenario.workspace.services.push_back(std::move(seed));
    scenario.desired.services.push_back(std::move(wanted));
  }
  scenario.desired.rollout.deploy = model::DeployChoice::rebuild;
  scenario.desired.rollout.poll_interval = seconds(1);
  if (one.first_fails) scenario.desired.rollout.on_failure = model::OnFailure::rollback;
  Hostility& h = scenario.hostility;
  h.lose_before = h.lose_after = h.late = h.error_before = h.error_after = h.refused = h.garbage = h.limited =
      1;
  h.kill = 1;
  h.most_faults = one.faults;
  h.most_kills = one.kills;
  h.interrupt = one.interrupts > 0 ? 1 : 0;
  h.most_interrupts = one.interrupts;
  scenario.lone = false;
  return scenario;
}

std::size_t play(const Case& one) {
  const Scenario scenario = scenario_of(one);
  Choices choices = Choices::every_way();
  std::size_t ways = 0;
  do {
    ++ways;
    SimulatedCase(scenario, choices, Time(std::chrono::hours(24 * 365 * 56)), 1).run();
  } while (choices.next_way());
  return ways;
}

}  // namespace

int play_every_way() {
  constexpr Case cases[] = {
      {"one operation, up to 2 faults", 1, 2, 0, 0, false},
      {"one operation, up to 1 fault and 2 deaths", 1, 1, 2, 0, false},
      {"one operation that fails and goes back, up to 1 fault and 1 death", 1, 1, 1, 0, true},
      {"one operation that fails and goes back, up to 1 death and 2 times Ctrl-C", 1, 0, 1, 2, true},
      {"two operations, up to 1 fault and 1 death", 2, 1, 1, 0, false},
  };
  for (const Case& one : cases) {
    try {
      const std::size_t ways = play(one);
      fmt::print("{}: {} schedules, no violation\n", one.name, ways);
    } catch (const std::exception& violation) {
      fmt::print("{}: {}\n", one.name, violation.what());
      return 1;
    }
  }
  return 0;
}

}  // namespace envlink::simulation
