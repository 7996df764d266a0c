#pragma once
// The life of a deploy: build, pre-deploy, start, live; one at a time per service.

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "emulator/world_state.h"

namespace envlink::emulator {

struct DeployOrder {
  explicit DeployOrder(std::string why = "api") : trigger(std::move(why)) {}

  std::string trigger;
  DeployMode mode = DeployMode::build_and_deploy;
  bool clear_cache = false;
  std::string rollback_target;
  std::string commit;     // empty: the branch's newest
  std::string image_ref;  // empty: the service's own
};

/// Creates it at `world.now`; it begins at once, or waits for the running one (Overlap::wait). The index.
std::size_t create_deploy(WorldState& world, std::size_t service, DeployOrder order);
/// Where its deploys are automatic and it is not suspended: trigger service_updated.
void deploy_by_itself(WorldState& world, std::size_t service);
/// Nothing happens when it is neither running nor waiting. False then.
bool cancel_deploy(WorldState& world, std::size_t deploy);
/// Lets deploys go on until `now`.
void run_deploys(WorldState& world, Time now);
/// When the next phase of any deploy ends.
std::optional<Time> next_phase_end(const WorldState& world);

/// Does the list of deploys show it by now?
bool is_listed(const WorldState& world, const Deploy& deploy);
/// How long all its phases take.
Duration duration_of(const WorldState& world, const Service& service, const Deploy& deploy);
/// Fills in commit or image where the order named none.
void name_source(WorldState& world, const Service& service, Deploy& deploy);

}  // namespace envlink::emulator
