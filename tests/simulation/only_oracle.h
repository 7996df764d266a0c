#pragma once
// What must hold of a run with --only, watched on the wire and in the World. Part of the oracles.

#include <cstddef>
#include <vector>

#include "emulator/world.h"
#include "scenario.h"

namespace envlink::simulation {

class OnlyOracle {
 public:
  OnlyOracle(const Scenario& scenario, const emulator::World& world);

  /// A write about a service of the workspace. `deploys`: a run requests a deploy of it.
  void written(std::size_t service, bool deploys) const;

 private:
  /// By service of the file: those that it comes after, directly or not.
  std::vector<std::vector<bool>> before_;
  const Scenario& scenario_;
  const emulator::World& world_;
};

}  // namespace envlink::simulation
