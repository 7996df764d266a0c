#pragma once
// What must hold for a command as a whole, whatever the engine does: who may write and when, which runs may
// begin, in which order runs are closed, and which outcomes are allowed.

#include <array>
#include <optional>
#include <set>

#include "model/outcome.h"
#include "oracles.h"
#include "plan/verification.h"
#include "run/memory_store.h"
#include "run/plan_source.h"

namespace envlink::simulation {

class CommandOracle {
 public:
  CommandOracle(const Scenario& scenario, const emulator::World& world, const run::MemoryStore& store,
                Oracles& oracles)
      : scenario_(scenario), world_(world), store_(store), oracles_(oracles) {}

  // `process`: 0, or 1 for the second process.
  void applies(bool plan_file, bool anew, int process);
  void reading_begins(int process, Time now);
  void rolls_back(int process) { actor(process).rolls_back = true; }
  void lock_taken(int process);
  void confirmed(int process) { actor(process).confirmed = true; }
  void disk_full(int process) { actor(process).disk_full = true; }
  /// After a run whose deploys all went live.
  void proof_shown(const plan::Verification& verification, int process);
  void plan_shown(const plan::Plan& plan) const;
  void run_begins(std::int64_t run, int process);
  void run_goes_on(std::int64_t run, int process);
  void reopens(std::int64_t run) const;
  void run_closed(std::int64_t run, int process);
  void sends(const api::Request& request, int process);
  /// nullopt: the process was killed.
  void ends(std::optional<model::Outcome> outcome, int process);

  void plan_file_made(const plan::Plan& plan, Time began);
  /// run::unfinished_run found nothing, so every run must be closed.
  void nothing_is_left() const;

 private:
  struct Actor {
    bool holds_lock = false;
    bool confirmed = false;
    bool disk_full = false;
    bool plan_file = false;
    bool moved = false;    // the workspace changed since the plan file was made
    bool applies = false;  // the command is apply
    bool anew = false;
    bool rolls_back = false;  // the command is rollback
    bool wrote = false;
    bool others_deploy = false;  // when it began to read, a deploy was running that fails or may lack links
    bool half_shown = false;     // when it began to read, a deploy was not listed yet
    bool overtaken = false;      // another process ran something since it began to read
    std::int64_t run = 0;        // the run that it executes; 0: none
    std::optional<Time> began_to_read{};
  };
  Actor& actor(int process) { return actors_.at(static_cast<std::size_t>(process)); }
  void may_write(int process);
  bool only_rollbacks_follow(std::int64_t run) const;
  /// Whether a requested link change was not read back yet.
  bool left_a_link_open() const;
  bool calls_for_rollback(std::int64_t run) const;
  /// Links and listed deploys of the services that the plan file redeploys.
  std::vector<std::string> what_the_plan_rests_on() const;
  bool has_moved() const;

  const Scenario& scenario_;
  const emulator::World& world_;
  const run::MemoryStore& store_;
  Oracles& oracles_;
  std::array<Actor, 2> actors_;
  std::set<std::int64_t> planned_half_shown_;
  std::vector<std::string> planned_services_;
  std::vector<std::string> listed_services_;  // those of them whose deploys the plan knows
  Time planned_file_ = Time::max();           // when making the plan file began
  std::vector<std::string> planned_for_;
};

}  // namespace envlink::simulation
