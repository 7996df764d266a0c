#pragma once
// What must always hold, watched from outside: on the wire and in the World, never inside the engine.

#include <map>
#include <set>
#include <stdexcept>
#include <string>

#include "emulator/world.h"
#include "plan/plan.h"
#include "scenario.h"
#include "wire.h"

namespace envlink::simulation {

struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Oracles final : public Listener {
 public:
  Oracles(const Scenario& scenario, const emulator::World& world) : scenario_(scenario), world_(world) {}

  void watch(const plan::Plan& plan, Time now);
  void sent(Time at, const api::Request& request) override;
  void reached(Time at, const api::Request& request, const api::Response& response) override;
  void told(Time at, const api::Request& request, const api::Outcome& outcome) override;
  void ended(Time at, int exit_code) const;

  std::size_t requests() const { return requests_; }

 private:
  void links_read_back_first(std::size_t service) const;         // invariant 1
  void dependencies_passed_the_gate(std::size_t service) const;  // invariant 2
  void one_deploy_each() const;                                  // invariant 3
  void within_the_budget() const;                                // invariant 4
  void success_is_true() const;                                  // exit 0 means what it says
  bool carries(const emulator::World::DeployView& deploy, std::size_t service) const;
  /// Does `holds` say so of any deploy?
  bool any_deploy(auto holds) const;

  const Scenario& scenario_;
  const emulator::World& world_;
  const plan::Plan* plan_ = nullptr;
  Time began_{};
  std::map<std::string, std::size_t> service_of_;        // by id
  std::set<std::pair<std::string, std::string>> shown_;  // group, service: as the last read of the group told
  std::size_t requests_ = 0;
};

}  // namespace envlink::simulation
