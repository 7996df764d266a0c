#pragma once
// A case from its first command to its last: a plan is carried out, processes are killed at any moment, the
// next one goes on with what the journal holds, and what failed goes back where the file says so.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "choices.h"
#include "emulator/world.h"
#include "engine/budget.h"
#include "engine/rollout.h"
#include "model/workspace.h"
#include "oracles.h"
#include "scenario.h"
#include "wire.h"

namespace envlink::simulation {

/// What reading the workspace over a whole wire brought. Any number of stories goes on from copies of it.
struct Reading {
  emulator::World world;
  Time at{};
  engine::Budget budget;
  std::shared_ptr<const plan::Plan> plan;
};

/// How it ended, as the last command's exit code tells; unset: the workspace could not be read, or the plan
/// was refused.
struct Ended {
  std::optional<int> exit_code;
  bool refused = false;
  int processes = 1;
  int kills = 0;
  std::size_t requests = 0;
};

class Story {
 public:
  /// Begins with reading the workspace.
  Story(const Scenario& scenario, Choices& choices, Time start, unsigned seed, bool trace = false);
  /// Begins `later` than what was read: a person looked at the plan meanwhile.
  Story(const Scenario& scenario, Choices& choices, const Reading& reading, Duration later,
        bool trace = false);
  Ended tell();
  /// Reads and plans, and ends there.
  Reading read() &&;

 private:
  /// What the journal holds of a run.
  struct Run {
    std::shared_ptr<const plan::Plan> plan;
    std::vector<engine::Event> events;
    std::size_t survived = 0;  // of the events, those that were read back from text
    std::size_t folded = 0;    // and those that `progress` knows
    engine::Progress progress;
    std::optional<int> exit_code;
  };
  class Process;

  Story(const Scenario& scenario, Choices& choices, emulator::World world, Time start, bool trace);
  std::optional<model::Workspace> survey(const model::Desired& desired);
  /// nullptr: the workspace could not be read.
  std::shared_ptr<const plan::Plan> make_plan();
  void begin(std::shared_ptr<const plan::Plan> plan);
  void carry_out(std::size_t run);
  void go_on(std::size_t run);
  void after(std::size_t run);
  void go_back(std::size_t run);
  bool prove(std::size_t run);
  const engine::Progress& progress_of(Run& run);
  bool to_undo(std::size_t run);
  /// The newest run that something is left of.
  std::optional<std::size_t> unfinished();
  int verdict() const;

  const Scenario& scenario_;
  Choices& choices_;
  bool trace_;
  Time start_;
  emulator::World world_;
  Oracles oracles_;
  Wire wire_;
  engine::Budget budget_;
  std::shared_ptr<const plan::Plan> plan_;  // of a reading
  std::vector<Run> runs_;
  bool proved_ = true;
  bool killed_ = false;  // the process
  Ended ended_;
};

}  // namespace envlink::simulation
