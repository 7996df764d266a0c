#pragma once
// What a rollback may do: undo the run's changes and nothing else, in reverse order, back to the deploys
// from before.

#include <map>
#include <string>
#include <vector>

#include "emulator/world.h"
#include "journal_watch.h"
#include "plan/plan.h"
#include "scenario.h"

namespace envlink::simulation {

class RollbackOracle {
 public:
  RollbackOracle(const Scenario& scenario, const emulator::World& world)
      : scenario_(scenario), world_(world) {}

  void run_begins(const plan::Plan& plan, Time now);
  /// `last_sent`: when the undone run sent its last request.
  void rollback_begins(const plan::Plan& back, const JournalWatch& done, Time last_sent) const;
  void sent(const api::Request& request);
  /// The services that came after it in the run, which go back before it.
  std::vector<std::size_t> go_first(std::size_t service) const;

 private:
  const Scenario& scenario_;
  const emulator::World& world_;
  const plan::Plan* plan_ = nullptr;  // of the run that may be undone
  Time began_{};
  std::vector<std::size_t> served_;             // indexes of the deploys that were live when it began
  std::map<std::string, std::size_t> touched_;  // by service: number of deploys before the run's first write
};

}  // namespace envlink::simulation
