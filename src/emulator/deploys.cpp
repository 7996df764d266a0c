#include "emulator/deploys.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "emulator/ids.h"

namespace envlink::emulator {
namespace {

using model::DeployStatus;
using model::ServiceType;

/// How long the phase takes; unset if this deploy skips it.
std::optional<Duration> phase_length(const WorldState& world, const Service& service, const Deploy& deploy,
                                     DeployStatus phase) {
  const SeedService& seed = service.seed;
  const bool builds = is_built(deploy);
  switch (phase) {
    case DeployStatus::build_in_progress:
      if (!builds) return std::nullopt;
      return world.scaled(seed.build);
    case DeployStatus::pre_deploy_in_progress:
      if (!has_pre_deploy(service)) return std::nullopt;
      return world.scaled(seed.pre_deploy);
    case DeployStatus::update_in_progress:
      // A static site without a build is published again: Render's statuses for that are unknown.
      if (!has_instances(service) && (builds || seed.type == ServiceType::cron_job)) return std::nullopt;
      return world.scaled(seed.start);
    default:
      return std::nullopt;
  }
}

constexpr DeployStatus phases[] = {DeployStatus::build_in_progress, DeployStatus::pre_deploy_in_progress,
                                   DeployStatus::update_in_progress};

/// The first phase of this deploy after `status`.
std::optional<DeployStatus> phase_after(const WorldState& world, const Service& service, const Deploy& deploy,
                                        DeployStatus status) {
  for (const DeployStatus phase : phases) {
    const bool later = status == DeployStatus::created || phase > status;
    if (later && phase_length(world, service, deploy, phase)) return phase;
  }
  return std::nullopt;
}

/// The final status if the deploy ends in `phase`; `live` if it continues. A failing service fails in the
/// phase of its outcome or, in a deploy without that phase, in the first one. A build that does not happen
/// cannot fail, but users report that Render refuses it all the same when no pipeline minutes are left.
DeployStatus end_in(const WorldState& world, const Service& service, const Deploy& deploy,
                    DeployStatus phase) {
  if (deploy.mode == DeployMode::rollback) return DeployStatus::live;  // the old deploy worked
  DeployStatus failing = DeployStatus::created;
  DeployStatus end = DeployStatus::canceled;
  switch (service.seed.outcome) {
    case Outcome::live:
      return DeployStatus::live;
    case Outcome::build_failed:
      failing = DeployStatus::build_in_progress;
      end = DeployStatus::build_failed;
      break;
    case Outcome::pre_deploy_failed:
      failing = DeployStatus::pre_deploy_in_progress;
      end = DeployStatus::pre_deploy_failed;
      break;
    case Outcome::update_failed:
      failing = DeployStatus::update_in_progress;
      end = DeployStatus::update_failed;
      break;
    case Outcome::canceled:
      break;
  }
  if (!phase_length(world, service, deploy, failing)) {
    const bool minutes_left = service.seed.cause != Cause::pipeline_minutes_exhausted;
    if (end == DeployStatus::build_failed && minutes_left) return DeployStatus::live;
    failing = phase_after(world, service, deploy, DeployStatus::created).value_or(DeployStatus::created);
  }
  return phase == failing ? end : DeployStatus::live;
}

void begin(WorldState& world, std::size_t index, Time at);

void finish(WorldState& world, std::size_t index, DeployStatus status, Time at) {
  Deploy& deploy = world.deploys[index];
  Service& service = world.services[deploy.service];
  deploy.turns(status, at);
  deploy.finished = at;
  if (status == DeployStatus::live) {
    if (service.live) world.deploys[*service.live].turns(DeployStatus::deactivated, at);
    service.live = index;
  }
  if (service.waiting == index) service.waiting.reset();
  if (service.running != index) return;
  service.running.reset();
  std::erase(world.deploying, deploy.service);
  if (service.waiting) begin(world, *std::exchange(service.waiting, std::nullopt), at);
}

/// Ends `phase` (`created`: none yet) at `at`: moves to the next, or to the end.
void go_on(WorldState& world, std::size_t index, DeployStatus phase, Time at) {
  Deploy& deploy = world.deploys[index];
  const Service& service = world.services[deploy.service];
  const std::optional<DeployStatus> next = phase_after(world, service, deploy, phase);
  const bool first = phase == DeployStatus::created;
  const DeployStatus end = first && next ? DeployStatus::live : end_in(world, service, deploy, phase);
  if (phase == DeployStatus::build_in_progress && end == DeployStatus::live)
    world.services[deploy.service].built = deploy.commit;
  if (end != DeployStatus::live || !next) return finish(world, index, end, at);
  deploy.turns(*next, at);
  deploy.phase_ends = at + *phase_length(world, service, deploy, *next);
}

void begin(WorldState& world, std::size_t index, Time at) {
  Deploy& deploy = world.deploys[index];
  world.services[deploy.service].running = index;
  world.deploying.insert(std::ranges::lower_bound(world.deploying, deploy.service), deploy.service);
  deploy.started = at;
  if (world.behaviour.environment_read == EnvironmentRead::started) world.take_environment(deploy);
  go_on(world, index, DeployStatus::created, at);
}

}  // namespace

bool has_instances(const Service& service) {
  return service.seed.type != ServiceType::cron_job && service.seed.type != ServiceType::static_site;
}

bool has_pre_deploy(const Service& service) {
  const SeedService& seed = service.seed;
  return has_instances(service) &&
         (seed.pre_deploy > Duration{0} || seed.outcome == Outcome::pre_deploy_failed);
}

bool is_listed(const WorldState& world, const Deploy& deploy) {
  return world.now - deploy.created >= world.behaviour.list_lag;
}

Duration duration_of(const WorldState& world, const Service& service, const Deploy& deploy) {
  Duration sum{0};
  for (const DeployStatus phase : phases) {
    sum += phase_length(world, service, deploy, phase).value_or(Duration{0});
  }
  return sum;
}

bool succeeded(const Deploy& deploy) {
  return deploy.status == DeployStatus::live || deploy.status == DeployStatus::deactivated;
}

bool is_built(const Deploy& deploy) {
  return deploy.mode == DeployMode::build_and_deploy && deploy.image_ref.empty();
}

void name_source(const Service& service, Deploy& deploy) {
  if (!deploy.image_ref.empty() || !deploy.commit.id.empty()) return;
  if (service.seed.image) {
    deploy.image_ref = service.source.image;
  } else {
    deploy.commit = deploy.mode == DeployMode::deploy_only ? service.built : service.head;
  }
}

std::size_t create_deploy(WorldState& world, std::size_t service_index, DeployOrder order) {
  Service& service = world.services[service_index];
  Deploy deploy;
  deploy.id = order.id.empty() ? world.new_id("dep-") : std::move(order.id);
  deploy.service = service_index;
  deploy.trigger = std::move(order.trigger);
  deploy.mode = order.mode;
  deploy.clear_cache = order.clear_cache;
  deploy.rollback_target = std::move(order.rollback_target);
  deploy.commit = std::move(order.commit);
  deploy.image_ref = std::move(order.image_ref);
  deploy.created = world.now;
  deploy.updated = world.now;
  if (world.behaviour.environment_read == EnvironmentRead::requested) world.take_environment(deploy);
  name_source(service, deploy);
  const std::size_t index = world.add(std::move(deploy));
  if (service.running && world.behaviour.overlap == Overlap::override_) {
    finish(world, *service.running, DeployStatus::canceled, world.now);
  }
  if (!service.running) {
    begin(world, index, world.now);
    return index;
  }
  // Only the newest waits. Render documents that it skips older ones; their status is unknown: `canceled`
  // here.
  if (service.waiting) finish(world, *service.waiting, DeployStatus::canceled, world.now);
  world.deploys[index].turns(DeployStatus::queued, world.now);
  service.waiting = index;
  return index;
}

void deploy_by_itself(WorldState& world, std::size_t service) {
  const SeedService& seed = world.services[service].seed;
  if (world.services[service].deleted) return;
  if (seed.auto_deploy && !seed.suspended) create_deploy(world, service, DeployOrder("service_updated"));
}

bool cancel_deploy(WorldState& world, std::size_t index) {
  if (!model::is_running(world.deploys[index].status)) return false;
  finish(world, index, DeployStatus::canceled, world.now);
  return true;
}

std::optional<Time> next_phase_end(const WorldState& world) {
  std::optional<Time> next;
  for (const std::size_t service : world.deploying) {
    const Time end = world.deploys[*world.services[service].running].phase_ends;
    if (!next || end < *next) next = end;
  }
  return next;
}

void run_deploys(WorldState& world, Time now) {
  for (auto next = next_phase_end(world); next && *next <= now; next = next_phase_end(world)) {
    const std::vector<std::size_t> deploying = world.deploying;
    for (const std::size_t service : deploying) {
      const auto running = world.services[service].running;
      if (!running || world.deploys[*running].phase_ends != *next) continue;
      go_on(world, *running, world.deploys[*running].status, *next);
    }
  }
  world.now = std::max(world.now, now);
}

}  // namespace envlink::emulator
