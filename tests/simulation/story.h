#pragma once
// A case from its first command to its last: a plan is carried out, processes are killed at any moment, the
// next one goes on with what the journal holds, and what failed goes back where the file says so.

#include <cstddef>
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

/// How it ended, as the last command's exit code tells; unset: the workspace could not be read, or the plan
/// was refused.
struct Ended {
  std::optional<int> exit_code;
  bool refused = false;
  int processes = 1;
  std::size_t requests = 0;
};

class Story {
 public:
  Story(const Scenario& scenario, Choices& choices, Time start, unsigned seed, bool trace = false);
  Ended tell();

 private:
  /// What the journal holds of a run.
  struct Run {
    plan::Plan plan;
    std::vector<engine::Event> events;
    std::int64_t undoes = 0;
    std::optional<int> exit_code;
  };
  class Process;

  std::optional<model::Workspace> survey(const model::Desired& desired);
  void begin(plan::Plan plan);
  void carry_out(std::size_t run);
  void go_on(std::size_t run);
  void after(std::size_t run);
  void go_back(std::size_t run);
  bool prove(std::size_t run);
  engine::Progress progress_of(const Run& run) const;
  bool to_undo(std::size_t run) const;
  /// The newest run that something is left of.
  std::optional<std::size_t> unfinished() const;
  int verdict() const;

  const Scenario& scenario_;
  Choices& choices_;
  bool trace_;
  Time start_;
  emulator::World world_;
  Oracles oracles_;
  Wire wire_;
  engine::Budget budget_;
  std::vector<Run> runs_;
  bool proved_ = true;
  Ended ended_;
};

}  // namespace envlink::simulation
