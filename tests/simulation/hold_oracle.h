#pragma once
// What must hold for automatic deploys that a run switches off, checked on the network and in the World.

#include <string>
#include <string_view>
#include <vector>

#include "emulator/world.h"
#include "engine/event.h"
#include "plan/plan.h"
#include "scenario.h"

namespace envlink::simulation {

/// Whether the request switches a service's automatic deploys on or off.
bool is_about_automatic_deploys(const api::Request& request);

class HoldOracle {
 public:
  HoldOracle(const Scenario& scenario, const emulator::World& world) : scenario_(scenario), world_(world) {}

  void run_begins(const plan::Plan& plan);
  void recorded(const engine::Event& event);
  /// For requests that switch automatic deploys.
  void switched(const api::Request& request) const;
  /// For other requests that write.
  void written() const;
  void run_ended() const;
  /// No run has anything left to do.
  void all_is_over() const;

 private:
  std::string_view before(std::string_view service) const;

  const Scenario& scenario_;
  const emulator::World& world_;
  const plan::Plan* plan_ = nullptr;
  std::vector<bool> off_already_;  // by the plan's services: off when the run began, and not to be restored
  std::vector<bool> intended_;     // by the plan's services: an unanswered intent in the journal
  bool failed_ = false;            // the journal says that some could not be restored
};

}  // namespace envlink::simulation
