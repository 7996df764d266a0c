#include "emulator/from_workspace.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/deploy_phases.h"

namespace envlink::emulator {
namespace {

/// In reverse order: the World lists the newest value first, like Render.
Variables made_up(const std::vector<std::string>& keys, std::size_t& made) {
  Variables variables;
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
    variables.emplace_back(*key, fmt::format("made-up-value-{}", ++made));
  }
  return variables;
}

void take_deploys(const std::vector<model::Deploy>& deploys, SeedService& seed) {
  const model::Deploy* live = model::live_of(deploys);
  seed.never_live = live == nullptr;
  if (live != nullptr) seed.live_deploy = live->id.text();
  if (!deploys.empty() && is_running(deploys.front().status)) seed.under_way = deploys.front().id.text();
}

SeedService seed_service(const model::Service& service, const model::Workspace& actual,
                         const ModelSettings& settings, std::size_t& made) {
  SeedService seed;
  seed.id = service.id.text();
  seed.name = service.name;
  seed.type = service.type;
  seed.auto_deploy = service.auto_deploy.value_or(true);
  seed.after_checks = service.auto_deploy_trigger == "checksPass";
  seed.suspended = service.suspended;
  seed.stale = settings.stale.contains(service.id);
  seed.image = service.image_backed;
  if (service.environment) seed.environment = service.environment->text();
  seed.health_check_path = service.health_check_path;
  if (const auto own = actual.service_variables.find(service.id); own != actual.service_variables.end())
    seed.variables = made_up(model::keys_of(own->second), made);
  if (const auto* files = actual.secret_files_of(service.id)) seed.secret_files = made_up(*files, made);
  if (const auto length = settings.lengths.find(service.id); length != settings.lengths.end()) {
    const auto phases = model::deploy_phases(length->second, service.type, service.image_backed);
    seed.build = phases.build;
    seed.start = phases.start;
  }
  if (const auto deploys = actual.deploys.find(service.id); deploys != actual.deploys.end())
    take_deploys(deploys->second, seed);
  if (const auto outcome = settings.outcomes.find(service.id); outcome != settings.outcomes.end())
    seed.outcome = outcome->second;
  return seed;
}

SeedGroup seed_group(const model::Group& group, const std::set<std::string>& services, std::size_t& made) {
  SeedGroup seed;
  seed.id = group.id.text();
  seed.name = group.name;
  if (group.environment) seed.environment = group.environment->text();
  if (group.variables) seed.variables = made_up(model::keys_of(*group.variables), made);
  seed.secret_files = made_up(group.secret_files, made);
  for (const ServiceId& link : group.links) {
    if (services.contains(link.text())) seed.links.push_back(link.text());
  }
  return seed;
}

}  // namespace

Workspace from_workspace(const model::Workspace& actual, const ModelSettings& settings) {
  Workspace workspace;
  workspace.api_key = "rnd_rehearsal";
  workspace.owner_id = actual.owner.id.text();
  workspace.owner_name = actual.owner.name;
  workspace.behaviour = settings.behaviour;
  workspace.faults = settings.faults;
  std::size_t made = 0;
  std::set<std::string> ids;
  for (auto service = actual.services.rbegin(); service != actual.services.rend(); ++service) {
    if (service->preview) continue;
    workspace.services.push_back(seed_service(*service, actual, settings, made));
    ids.insert(service->id.text());
  }
  for (auto group = actual.groups.rbegin(); group != actual.groups.rend(); ++group) {
    workspace.groups.push_back(seed_group(*group, ids, made));
  }
  for (const auto& [id, environment] : actual.environments) {
    SeedEnvironment seed{.id = id.text(), .name = environment.name};
    seed.is_protected = environment.is_protected.value_or(false);
    if (environment.unread.empty()) workspace.environments.push_back(std::move(seed));
  }
  return workspace;
}

}  // namespace envlink::emulator
