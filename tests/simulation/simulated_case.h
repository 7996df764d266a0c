#pragma once
// A case from its first command to its last: a user applies a file, processes are killed at any time, and
// the next command continues from the store until nothing is unfinished. Runs the shipped workflows.

#include <cstddef>
#include <map>
#include <memory>
#include <optional>

#include "choices.h"
#include "emulator/world.h"
#include "machine.h"
#include "scenario.h"
#include "truth_oracle.h"

namespace envlink::simulation {

struct Ended {
  std::optional<model::Outcome> outcome;  // of the last command; unset: it was killed before it began a run
  int processes = 1;
  int kills = 0;
  std::size_t requests = 0;
  Judgements judgements{};
  std::size_t calm = 0;  // 1: no trouble, so everything had to be known to be live
};

class SimulatedCase {
 public:
  SimulatedCase(const Scenario& scenario, Choices& choices, Time start, unsigned seed, bool trace = false);
  Ended run();

 private:
  enum class Command { apply, apply_anew, resume, roll_back };
  Process::Surroundings surroundings();
  std::optional<model::Outcome> command(Command command, Duration lock_wait = {});
  /// Runs `first`, and the second process in its own thread.
  std::optional<model::Outcome> beside_second(Command first);
  /// `plan --out`, for the first command. False: the command made no file.
  bool make_plan_file();
  double second_thoughts() const;
  Command next_command();
  std::int64_t any_run();
  void between_processes();
  bool loses_machine();
  void move_to_another_machine();
  void looks_at_the_end();
  plan::Verification verify();
  void adopt();
  /// Nothing happened that could leave something unknown.
  bool was_calm() const;
  void all_is_known();

  const Scenario& first_scenario_;
  Scenario moved_;            // the scenario on the second machine
  const Scenario* scenario_;  // the current one of these two
  Choices& choices_;
  bool trace_;
  Time start_;
  emulator::World world_;
  TruthOracle truth_;
  std::unique_ptr<Machine> machine_;
  int machines_ = 1;
  std::optional<plan::PlanFile> plan_file_;
  bool only_resumed_ = true;
  bool leaves_runs_ = false;  // --anew was used, which may leave runs unfinished
  Ended ended_;
};

}  // namespace envlink::simulation
