#pragma once
// What must be known about a service's deploys before one is requested: a list from after its links changed,
// or one that was fresh when they were read back.

#include <optional>
#include <string_view>
#include <vector>

#include "api/message.h"
#include "base/time.h"
#include "plan/plan.h"
#include "scenario.h"

namespace envlink::simulation {

class LookOracle {
 public:
  explicit LookOracle(const Scenario& scenario);

  /// All times are the World's.
  void run_begins(Time at) { run_began_ = at; }
  void reached(Time at, const api::Request& request, const api::Response& response);
  /// If the plan did not list the service's deploys, they must be listed before anything changes.
  void changes_a_link(const plan::Plan& plan, std::size_t service, std::size_t place) const;
  /// `service`: index in the plan. `place`: index in the workspace.
  void asks_for_a_deploy(const plan::Plan& plan, std::size_t service, std::size_t place) const;

 private:
  const Scenario& scenario_;
  Time run_began_{};
  std::vector<std::optional<Time>> listed_;   // when each service's deploys were listed
  std::vector<std::optional<Time>> written_;  // when each service's links were last written
  std::vector<std::optional<Time>> read_;     // when each group was read
};

}  // namespace envlink::simulation
