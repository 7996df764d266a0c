#include "emulator/world_state.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "emulator/audit_log.h"
#include "emulator/deploys.h"
#include "emulator/events.h"
#include "emulator/ids.h"

namespace envlink::emulator {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

// The initial state: every service has one live deploy, and the times show which are stale. Oldest to newest:
// everything is created, stale deploys, changes of the groups, other deploys.
constexpr Duration created_ago = days(30);
constexpr Duration stale_deploy_ago = days(3);
constexpr Duration groups_updated_ago = days(2);
constexpr Duration deploy_ago = days(1);

bool is_cron(const SeedService& seed) {
  return seed.type == model::ServiceType::cron_job;
}

/// The same name gives the same id, unless an earlier environment has it.
std::string made_id(const char* prefix, const std::string& name, const std::string& environment,
                    const auto& is_taken) {
  std::string id = id_from_name(prefix, name);
  return is_taken(id) ? id_from_name(prefix, name + "\n" + environment) : id;
}

void seed_service(WorldState& world, SeedService&& seed, Time start) {
  if (seed.id.empty()) {
    seed.id = made_id(is_cron(seed) ? "crn-" : "srv-", seed.name, seed.environment,
                      [&](const std::string& id) { return world.find_service(id).has_value(); });
  }
  const std::size_t index =
      world.add_service(std::move(seed), start - created_ago + seconds(world.services.size()));
  Service& service = world.services[index];
  const std::string& name = service.seed.name;
  const SeedDetails& given = service.seed.details;
  Details& details = service.details;
  details.plan = given.plan;
  details.region = given.region;
  details.instances = given.instances;
  details.autoscaling = given.autoscaling;
  details.health_check_path = service.seed.health_check_path;
  if (service.seed.pre_deploy > Duration{0}) details.pre_deploy = "npm run migrate";
  if (service.seed.type != model::ServiceType::static_site)
    details.runtime = service.seed.image ? Runtime::image : given.runtime.value_or(Runtime::node);
  if (service.seed.image) {
    service.source.image = fmt::format("docker.io/example/{}:latest", name);
  } else {
    service.source.repo = fmt::format("https://github.com/example/{}", name);
    service.source.build_filter = given.build_filter;
  }
  if (given.disk) {
    Disk& disk = world.disks[world.add_disk(index, *given.disk)];
    disk.created = disk.updated = service.created;
  }
}

void add_group(WorldState& world, SeedGroup&& seed, Time start) {
  Group group;
  group.id = !seed.id.empty() ? std::move(seed.id)
                              : made_id("evg-", seed.name, seed.environment, [&](const std::string& id) {
                                  return world.find_group(id).has_value();
                                });
  group.name = std::move(seed.name);
  group.environment = std::move(seed.environment);
  group.variables = std::move(seed.variables);
  group.secret_files = std::move(seed.secret_files);
  group.created = start - created_ago + seconds(world.groups.size());
  group.updated = start - groups_updated_ago;
  for (const std::string& link : seed.links) {
    std::optional<std::size_t> linked = world.find_service(link);
    if (!linked) linked = world.find_slug(link);  // the first service of that name
    if (linked && std::ranges::find(group.links, *linked) == group.links.end())
      group.links.push_back(*linked);
  }
  world.add(std::move(group));
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
  name_source(service, deploy);
  // At most 23 hours, so that the deploy has ended before the emulator starts.
  const Duration length = std::min<Duration>(duration_of(world, service, deploy), hours(23));
  deploy.started = deploy.created;
  deploy.finished = deploy.created + length;
  deploy.updated = *deploy.finished;
  if (!service.seed.stale) world.take_environment(deploy);
  service.live = world.add(std::move(deploy));
}

/// A project that the file does not list has a made-up name.
void seed_projects(WorldState& world, Workspace& workspace, Time start) {
  for (SeedProject& seed : workspace.projects) {
    world.projects.push_back({std::move(seed.id), std::move(seed.name)});
  }
  for (SeedEnvironment& seed : workspace.environments) {
    if (world.find_project(seed.project) == nullptr) {
      const std::string_view id = seed.project;
      world.projects.push_back(
          {seed.project,
           fmt::format("project-{}", id.substr(id.size() - std::min<std::size_t>(id.size(), 4)))});
    }
    const ProtectedStatus status =
        seed.is_protected ? ProtectedStatus::protected_ : ProtectedStatus::unprotected;
    world.environments.push_back(
        {std::move(seed.id), std::move(seed.project), {std::move(seed.name), status}});
  }
  const auto date = [&](auto& items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      items[i].created = items[i].updated = start - created_ago + seconds(i);
    }
  };
  date(world.projects);
  date(world.environments);
}

/// The one with this id that is not deleted; nullptr: none.
auto find_in(auto& items, std::string_view id) {
  const auto found =
      std::ranges::find_if(items, [&](const auto& item) { return item.id == id && !item.deleted; });
  return found == items.end() ? nullptr : &*found;
}

void begin_what_is_under_way(WorldState& world, std::size_t index) {
  const std::string& id = world.services[index].seed.under_way;
  if (!id.empty()) create_deploy(world, index, DeployOrder("new_commit", id));
}

}  // namespace

std::optional<std::size_t> WorldState::find_service(std::string_view id) const {
  const auto found = services_.find(id);
  return found && !services[*found].deleted ? found : std::nullopt;
}

std::optional<std::size_t> WorldState::find_slug(std::string_view slug) const {
  return slugs_.find(slug);
}

std::optional<std::size_t> WorldState::find_group(std::string_view id) const {
  const auto found = groups_.find(id);
  return found && !groups[*found].deleted ? found : std::nullopt;
}

std::optional<std::size_t> WorldState::find_deploy(std::string_view id) const {
  return deploys_.find(id);
}

std::size_t WorldState::add(Group group) {
  groups_.add(group.id, groups.size());
  groups.push_back(std::move(group));
  return groups.size() - 1;
}

std::size_t WorldState::add(Deploy deploy) {
  const std::size_t index = deploys.size();
  deploys_.add(deploy.id, index);
  services[deploy.service].deploys.push_back(index);
  deploys.push_back(std::move(deploy));
  return index;
}

std::size_t WorldState::add_service(SeedService seed_of, Time created) {
  const std::size_t index = services.size();
  Service service;
  service.slug = seed_of.name;
  if (slugs_.find(seed_of.name))
    service.slug += "-" + seed_of.id.substr(seed_of.id.size() - std::min<std::size_t>(seed_of.id.size(), 4));
  service.created = service.updated = created;
  service.head = {make_hex(mix(seed) + index, 40),
                  std::chrono::floor<std::chrono::seconds>(created) - std::chrono::days(1)};
  service.built = service.head;
  service.seed = std::move(seed_of);
  services_.add(service.seed.id, index);
  slugs_.add(service.slug, index);
  services.push_back(std::move(service));
  windows.add_service();
  return index;
}

std::size_t WorldState::add_disk(std::size_t service, const NewDisk& disk) {
  disks.push_back({new_id("dsk-"), disk.name, disk.mount_path, disk.size_gb, service, now, now});
  return disks.size() - 1;
}

const Disk* WorldState::disk_of(const Service& service) const {
  const auto found = std::ranges::find_if(
      disks, [&](const Disk& disk) { return !disk.deleted && &services[disk.service] == &service; });
  return found == disks.end() ? nullptr : &*found;
}

const Environment* WorldState::find_environment(std::string_view id) const {
  return find_in(environments, id);
}

Environment* WorldState::find_environment(std::string_view id) {
  return find_in(environments, id);
}

Project* WorldState::find_project(std::string_view id) {
  return find_in(projects, id);
}

bool WorldState::is_linked(std::size_t group, std::size_t service) const {
  const auto& links = groups[group].links;
  return std::find(links.begin(), links.end(), service) != links.end();
}

bool WorldState::next_read_lags() {
  return !behaviour.link_flaps || mix(seed + ++group_reads) % 2 != 0;
}

std::vector<std::size_t> WorldState::shown_links(const Group& group, bool lags) const {
  std::vector<std::size_t> shown = group.links;
  if (behaviour.link_lag <= Duration{0} || !lags) return shown;
  for (auto change = group.link_changes.rbegin(); change != group.link_changes.rend(); ++change) {
    if (now - change->at >= behaviour.link_lag) break;
    if (change->linked) {
      std::erase(shown, change->service);
    } else {
      shown.push_back(change->service);
    }
  }
  return shown;
}

void WorldState::take_environment(Deploy& deploy) const {
  deploy.groups.clear();
  deploy.group_versions.clear();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!is_linked(i, deploy.service)) continue;
    deploy.groups.push_back(groups[i].id);
    deploy.group_versions.push_back(groups[i].changes.size());
  }
  deploy.own_version = services[deploy.service].changes.size();
}

std::string WorldState::new_id(std::string_view prefix) {
  return make_id(prefix, mix(seed) + ++made);
}

Duration WorldState::scaled(Duration span) const {
  constexpr double longest = 30.0 * 24 * 3600 * 1e6;  // a month; avoids overflow in sums of times
  const double length = static_cast<double>(span.count()) / speed;
  if (!(length > 0)) return Duration{0};
  return Duration(static_cast<Duration::rep>(std::min(length, longest)));
}

std::string WorldState::url_of(const Service& service) const {
  if (!service.is_public()) return fmt::format(FMT_COMPILE("{}:10000"), service.slug);
  if (health_base.empty()) return fmt::format(FMT_COMPILE("https://{}.onrender.com"), service.slug);
  return fmt::format(FMT_COMPILE("{}/{}"), health_base, percent_encode(service.slug));
}

bool set_link(WorldState& world, std::size_t group, std::size_t service, bool linked) {
  if (world.is_linked(group, service) == linked) return false;
  Group& changed = world.groups[group];
  if (linked) {
    changed.links.push_back(service);
  } else {
    std::erase(changed.links, service);
  }
  if (world.behaviour.link_lag > Duration{0}) {
    std::erase_if(changed.link_changes, [&](const LinkChange& change) {
      return world.now - change.at >= world.behaviour.link_lag;
    });
    changed.link_changes.push_back({world.now, service, linked});
  }
  if (world.behaviour.link_touches_group) changed.updated = world.now;
  if (world.behaviour.link_deploys) deploy_by_itself(world, service);
  return true;
}

void delete_group(WorldState& world, std::size_t group, Actor by) {
  const std::vector<std::size_t> linked = world.groups[group].links;
  world.groups[group].deleted = true;
  for (const std::size_t service : linked) set_link(world, group, service, false);
  record(world, AuditEvent::DeleteEnvGroupEvent, std::move(by), world.groups[group].id);
}

void suspend(WorldState& world, std::size_t index, bool suspended, Actor by) {
  Service& service = world.services[index];
  if (std::exchange(service.seed.suspended, suspended) == suspended) return;
  service.updated = world.now;
  record(world, suspended ? AuditEvent::SuspendServiceEvent : AuditEvent::ResumeServiceEvent, std::move(by),
         service.seed.id);
  record_event(world, index, suspended ? EventDetails(ServiceSuspended{}) : EventDetails(ServiceResumed{}));
  if (!suspended) create_deploy(world, index, DeployOrder("service_resumed"));
}

// Previews have none themselves.
// NOLINTNEXTLINE(misc-no-recursion)
void delete_service(WorldState& world, std::size_t index) {
  Service& service = world.services[index];
  service.deleted = true;
  if (service.waiting) cancel_deploy(world, *service.waiting);
  if (service.running) cancel_deploy(world, *service.running);
  for (std::size_t group = 0; group < world.groups.size(); ++group) set_link(world, group, index, false);
  for (Disk& disk : world.disks) disk.deleted = disk.deleted || disk.service == index;
  service.live.reset();
  // Whether Render keeps the previews is unknown.
  for (std::size_t other = 0; other < world.services.size(); ++other) {
    const Service& preview = world.services[other];
    if (!preview.deleted && preview.seed.preview_of == service.seed.id) delete_service(world, other);
  }
}

WorldState::WorldState(Workspace workspace, Time start, double speed_, unsigned seed_)
    : behaviour(workspace.behaviour),
      api_key(std::move(workspace.api_key)),
      owner_id(std::move(workspace.owner_id)),
      owner_name(std::move(workspace.owner_name)),
      windows(workspace.behaviour),
      now(start),
      speed(speed_ > 0 ? speed_ : 1.0),
      seed(seed_) {
  seed_projects(*this, workspace, start);
  services.reserve(workspace.services.size());
  groups.reserve(workspace.groups.size());
  for (SeedService& service : workspace.services) seed_service(*this, std::move(service), start);
  for (Service& service : services) {
    if (find_service(service.seed.preview_of)) continue;
    if (const auto parent = find_slug(service.seed.preview_of))
      service.seed.preview_of = services[*parent].seed.id;
  }
  for (SeedGroup& group : workspace.groups) add_group(*this, std::move(group), start);
  for (std::size_t i = 0; i < services.size(); ++i) add_live_deploy(*this, i, start);
  for (std::size_t i = 0; i < services.size(); ++i) begin_what_is_under_way(*this, i);
}

}  // namespace envlink::emulator
