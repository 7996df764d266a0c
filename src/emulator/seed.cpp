// The state at the start: every service has one live deploy, and the times tell which of them are stale.

#include <algorithm>

#include "emulator/deploys.h"
#include "emulator/ids.h"
#include "emulator/world_state.h"

namespace envlink::emulator {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

// Oldest to newest: everything is created, stale deploys, the groups change, the other deploys.
constexpr Duration created_ago = days(30);
constexpr Duration stale_deploy_ago = days(3);
constexpr Duration groups_updated_ago = days(2);
constexpr Duration deploy_ago = days(1);

bool is_cron(const SeedService& seed) {
  return seed.type == model::ServiceType::cron_job;
}

void add_service(WorldState& world, SeedService&& seed, Time start) {
  if (seed.id.empty()) seed.id = id_from_name(is_cron(seed) ? "crn-" : "srv-", seed.name);
  Service service;
  service.created = start - created_ago + seconds(world.services.size());
  service.updated = service.created;
  service.seed = std::move(seed);
  world.services.push_back(std::move(service));
}

void add_group(WorldState& world, SeedGroup&& seed, Time start) {
  Group group;
  group.id = seed.id.empty() ? id_from_name("evg-", seed.name) : std::move(seed.id);
  group.name = std::move(seed.name);
  group.environment = std::move(seed.environment);
  group.variables = std::move(seed.variables);
  group.secret_files = std::move(seed.secret_files);
  group.created = start - created_ago + seconds(world.groups.size());
  group.updated = start - groups_updated_ago;
  for (const std::string& link : seed.links) {
    for (std::size_t i = 0; i < world.services.size(); ++i) {
      const SeedService& service = world.services[i].seed;
      if (service.id != link && service.name != link) continue;
      if (std::find(group.links.begin(), group.links.end(), i) == group.links.end()) group.links.push_back(i);
      break;
    }
  }
  world.groups.push_back(std::move(group));
}

void add_live_deploy(WorldState& world, std::size_t index, Time start) {
  Service& service = world.services[index];
  if (service.seed.never_live) return;
  Deploy deploy;
  deploy.id = service.seed.live_deploy.empty() ? world.new_id("dep-") : service.seed.live_deploy;
  deploy.service = index;
  deploy.status = model::DeployStatus::live;
  deploy.trigger = service.seed.image ? "api" : "new_commit";
  deploy.created = start - (service.seed.stale ? stale_deploy_ago : deploy_ago);
  // However long it took, it is over by now.
  const Duration length = std::min<Duration>(duration_of(world, service, deploy), hours(23));
  deploy.started = deploy.created;
  deploy.finished = deploy.created + length;
  deploy.updated = *deploy.finished;
  if (!service.seed.stale) deploy.groups = world.groups_of(index);
  name_source(world, service, deploy);
  service.live = world.deploys.size();
  service.deploys.push_back(world.deploys.size());
  world.deploys.push_back(std::move(deploy));
}

void begin_what_is_under_way(WorldState& world, std::size_t index) {
  const std::string& id = world.services[index].seed.under_way;
  if (!id.empty()) world.deploys[create_deploy(world, index, DeployOrder("new_commit"))].id = id;
}

}  // namespace

WorldState::WorldState(Workspace workspace, Time start, double speed_, unsigned seed_)
    : behaviour(workspace.behaviour),
      bearer("Bearer " + workspace.api_key),
      owner_id(std::move(workspace.owner_id)),
      owner_name(std::move(workspace.owner_name)),
      environments(std::move(workspace.environments)),
      windows(workspace.behaviour, workspace.services.size()),
      now(start),
      speed(speed_ > 0 ? speed_ : 1.0),
      seed(seed_) {
  services.reserve(workspace.services.size());
  groups.reserve(workspace.groups.size());
  for (SeedService& service : workspace.services) add_service(*this, std::move(service), start);
  for (SeedGroup& group : workspace.groups) add_group(*this, std::move(group), start);
  for (std::size_t i = 0; i < services.size(); ++i) add_live_deploy(*this, i, start);
  for (std::size_t i = 0; i < services.size(); ++i) begin_what_is_under_way(*this, i);
}

}  // namespace envlink::emulator
