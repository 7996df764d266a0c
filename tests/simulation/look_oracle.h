#pragma once
// What is known of a service's deploys when one is asked for: a list of them that Render gave after its links
// changed, or one that was fresh when they were read back. Part of the oracles.

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

  /// Times are the World's.
  void run_begins(Time at) { run_began_ = at; }
  void reached(Time at, const api::Request& request, const api::Response& response);
  /// Of a service that the plan did not look at, what runs is known before anything changes.
  void changes_a_link(const plan::Plan& plan, std::size_t service, std::size_t place) const;
  /// `service`: of the plan, and `place`: where it stands in the workspace.
  void asks_for_a_deploy(const plan::Plan& plan, std::size_t service, std::size_t place) const;

 private:
  const Scenario& scenario_;
  Time run_began_{};
  std::vector<std::optional<Time>> listed_;   // of each service
  std::vector<std::optional<Time>> written_;  // its links
  std::vector<std::optional<Time>> read_;     // of each group
};

}  // namespace envlink::simulation
