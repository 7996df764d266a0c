#pragma once
// The life of a deploy: build, pre-deploy, start, live; one at a time per service.

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "emulator/world_state.h"

namespace envlink::emulator {

struct DeployOrder {
  explicit DeployOrder(std::string why = "api", std::string of = {})
      : trigger(std::move(why)), id(std::move(of)) {}

  std::string trigger;
  std::string id;  // empty: a new one
  DeployMode mode = DeployMode::build_and_deploy;
  bool clear_cache = false;
  std::string rollback_target;
  Commit commit;          // without id: the newest of the branch, or of the last build
  std::string image_ref;  // empty: the service's own
};

/// Creates a deploy at `world.now` and returns its index. It starts at once, or waits for the running one
/// (Overlap::wait).
std::size_t create_deploy(WorldState& world, std::size_t service, DeployOrder order);
/// Requests a deploy with the trigger service_updated if the service has automatic deploys and is not
/// suspended.
void deploy_by_itself(WorldState& world, std::size_t service);
/// False, with no effect, if the deploy is neither running nor waiting.
bool cancel_deploy(WorldState& world, std::size_t deploy);
void run_deploys(WorldState& world, Time now);
/// When the next phase of any deploy ends; unset if none is in progress.
std::optional<Time> next_phase_end(const WorldState& world);

/// A cron job is built and then waits for its schedule; a static site is built and published. Neither starts
/// instances or runs a pre-deploy command.
bool has_instances(const Service& service);
bool has_pre_deploy(const Service& service);
/// Whether the list of deploys already shows this deploy.
bool is_listed(const WorldState& world, const Deploy& deploy);
/// Whether it is live, or was until a newer one replaced it.
bool succeeded(const Deploy& deploy);
/// Whether Render builds something for it.
bool is_built(const Deploy& deploy);
/// The total length of the deploy's phases.
Duration duration_of(const WorldState& world, const Service& service, const Deploy& deploy);
/// Sets the commit or image if the order has none.
void name_source(const Service& service, Deploy& deploy);

}  // namespace envlink::emulator
