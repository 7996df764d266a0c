#pragma once
// What must hold of automatic deploys that a run switches off, watched on the wire and in the World. Part of
// the oracles.

#include <string>
#include <string_view>
#include <vector>

#include "emulator/world.h"
#include "engine/event.h"
#include "plan/plan.h"
#include "scenario.h"

namespace envlink::simulation {

/// It asks for a service's automatic deploys to be switched on or off.
bool is_about_automatic_deploys(const api::Request& request);

class HoldOracle {
 public:
  HoldOracle(const Scenario& scenario, const emulator::World& world) : scenario_(scenario), world_(world) {}

  void run_begins(const plan::Plan& plan);
  void recorded(const engine::Event& event);
  /// A request that switches them.
  void switched(const api::Request& request) const;
  /// Any other that writes.
  void written() const;
  /// The run came to its end.
  void run_ended() const;
  /// Nothing is left to do of any run.
  void all_is_over() const;

 private:
  std::string_view before(std::string_view service) const;

  const Scenario& scenario_;
  const emulator::World& world_;
  const plan::Plan* plan_ = nullptr;
  std::vector<bool> off_already_;  // by the plan's services: when it began, and no run is to put them back
  std::vector<bool> intended_;     // by the plan's services: as the journal tells
  bool failed_ = false;            // some could not be put back, as the journal tells
};

}  // namespace envlink::simulation
