// Environments of projects, and what is in them.

#include <algorithm>
#include <utility>
#include <vector>

#include "emulator/operation.h"
#include "emulator/projects.h"
#include "emulator/variables.h"

namespace envlink::emulator {
namespace {

/// The ids of those in the environment.
std::vector<std::string_view> groups_in(const WorldState& world, std::string_view environment) {
  std::vector<std::string_view> ids;
  for (const Group& group : world.groups) {
    if (group.environment == environment && !group.deleted) ids.emplace_back(group.id);
  }
  return ids;
}
std::vector<std::string_view> services_in(const WorldState& world, std::string_view environment) {
  std::vector<std::string_view> ids;
  for (const Service& service : world.services) {
    if (service.seed.environment == environment && !service.deleted) ids.emplace_back(service.seed.id);
  }
  return ids;
}

// The lists are null if empty, and there is no ipAllowList if none is set, as recorded.
void write_environment(json::Writer& out, const WorldState& world, const Environment& environment) {
  const EnvironmentSettings& settings = environment.settings;
  out("databasesIds", nullptr);
  out.or_null("envGroupIds", groups_in(world, environment.id));
  out("id", environment.id);
  out("ipAllowList", settings.allowed_addresses);
  out("name", settings.name);
  out("networkIsolationEnabled", settings.isolated);
  out("projectId", environment.project);
  out("protectedStatus", settings.status);
  out("redisIds", nullptr);
  out.or_null("serviceIds", services_in(world, environment.id));
}

Reply show_environment(const WorldState& world, const Environment& environment, int status = 200) {
  return answer_object([&](json::Writer& out) { write_environment(out, world, environment); }, status);
}

template <Reply (*handle)(WorldState&, const Call&, Environment&)>
Reply of_environment(WorldState& world, const Call& call) {
  Environment* environment = world.find_environment(call.at(2));
  return environment != nullptr ? handle(world, call, *environment) : not_found(call.at(2));
}

Reply list_environments(WorldState& world, const Call& call) {
  const Query& query = call.query();
  const auto wanted = [&](const Environment& environment) {
    return !environment.deleted && query.wants("projectId", environment.project) &&
           query.wants("name", environment.settings.name) && query.wants("environmentId", environment.id) &&
           query.wants("ownerId", world.owner_id) && query.in_range("created", environment.created) &&
           query.in_range("updated", environment.updated);
  };
  const auto write = [&](json::Writer& out, const Environment& environment) {
    write_environment(out, world, environment);
  };
  return answer_page(call, "environment", world.environments, wanted, write);
}

Reply get_environment(WorldState& world, const Call&, Environment& environment) {
  return show_environment(world, environment);
}

struct NewEnvironment {
  std::string project;
  EnvironmentSettings settings;
};
void fields(auto& visit, json::Like<NewEnvironment> auto& environment) {
  visit("name", environment.settings.name);
  visit("projectId", environment.project);
  fields(visit, environment.settings);
}

Reply create_environment(WorldState& world, const Call& call) {
  auto body = read_body<NewEnvironment>(call);
  if (!body) return body.error();
  if (body->settings.name.empty()) return refuse(400, "invalid name");
  if (world.find_project(body->project) == nullptr) return not_found(body->project);
  const std::size_t index = add_environment(world, body->project, std::move(body->settings));
  return show_environment(world, world.environments[index], 201);
}

Reply patch_environment(WorldState& world, const Call& call, Environment& environment) {
  auto body = read_body<EnvironmentSettings>(call, environment.settings);
  if (!body) return body.error();
  if (body->name.empty()) return refuse(400, "invalid name");
  environment.settings = std::move(*body);
  environment.updated = world.now;
  return show_environment(world, environment);
}

/// 409 as documented, in unknown words, while it has services or groups.
Reply remove_environment(WorldState& world, const Call&, Environment& environment) {
  if (!is_empty(world, environment)) return refuse(409, "environment is not empty");
  environment.deleted = true;
  return {204};
}

/// Services and groups that a call moves; the model has no databases.
struct Moved {
  std::vector<std::size_t> services;
  std::vector<std::size_t> groups;
};

tl::expected<Moved, Reply> find_moved(const WorldState& world, const auto& ids) {
  Moved moved;
  for (const auto& id : ids) {
    if (const auto service = world.find_service(id)) {
      moved.services.push_back(*service);
    } else if (const auto group = world.find_group(id)) {
      moved.groups.push_back(*group);
    } else {
      return tl::unexpected(not_found(id));
    }
  }
  for (std::vector<std::size_t>* items : {&moved.services, &moved.groups}) {
    std::ranges::sort(*items);
    items->erase(std::ranges::unique(*items).begin(), items->end());
  }
  return moved;
}

bool has(const std::vector<std::size_t>& items, std::size_t item) {
  return std::ranges::find(items, item) != items.end();
}

/// Names are unique within a scope, as Render documents for services; its answer is unknown.
bool is_name_taken(const WorldState& world, const Moved& moved, std::string_view into) {
  return std::ranges::any_of(moved.services, [&](std::size_t one) {
    for (std::size_t i = 0; i < world.services.size(); ++i) {
      const Service& other = world.services[i];
      const bool there = other.seed.environment == into || has(moved.services, i);
      if (i != one && there && !other.deleted && other.seed.name == world.services[one].seed.name)
        return true;
    }
    return false;
  });
}

/// Why they cannot move into the environment `into` ("": out of any). A group in an environment is linked
/// only to services in it: the words for a service are a user's report, those for a group and both statuses
/// are unknown.
std::optional<Reply> refused_move(const WorldState& world, const Moved& moved, std::string_view into) {
  for (const std::size_t service : moved.services) {
    if (!may_do(world, world.services[service].seed.environment, api::Method::post)) return forbidden();
  }
  for (const std::size_t group : moved.groups) {
    if (!may_do(world, world.groups[group].environment, api::Method::post)) return forbidden();
  }
  if (is_name_taken(world, moved, into)) return refuse(409, "name is already in use");
  for (std::size_t i = 0; i < world.groups.size(); ++i) {
    const Group& group = world.groups[i];
    const bool moves = has(moved.groups, i);
    const std::string_view scope = moves ? into : group.environment;
    if (group.deleted || scope.empty()) continue;
    for (const std::size_t service : group.links) {
      const bool service_moves = has(moved.services, service);
      if (!moves && !service_moves) continue;
      const std::string_view place = service_moves ? into : world.services[service].seed.environment;
      if (place == scope) continue;
      return refuse(400, service_moves
                             ? "cannot move service out of environment with linked env groups"
                             : "cannot move env group into environment without its linked services");
    }
  }
  return std::nullopt;
}

void move(WorldState& world, const Moved& moved, const std::string& into) {
  for (const std::size_t service : moved.services) world.services[service].seed.environment = into;
  for (const std::size_t group : moved.groups) world.groups[group].environment = into;
}

struct Resources {
  std::vector<std::string> ids;
};
void fields(auto& visit, json::Like<Resources> auto& resources) {
  visit("resourceIds", resources.ids);
}

/// 201 as recorded; Render documents 200.
Reply add_resources(WorldState& world, const Call& call, Environment& environment) {
  const auto body = read_body<Resources>(call);
  if (!body) return body.error();
  if (!may_do(world, environment.id, call.method)) return forbidden();
  const auto moved = find_moved(world, body->ids);
  if (!moved) return moved.error();
  if (auto refusal = refused_move(world, *moved, environment.id)) return *refusal;
  move(world, *moved, environment.id);
  return show_environment(world, environment, 201);
}

/// Render does not look at the environment in the path: recorded are 204s with a service's id in its place.
Reply remove_resources(WorldState& world, const Call& call) {
  std::vector<std::string_view> ids;
  for (const auto& [name, value] : call.query().all()) {
    if (name == "resourceIds") ids.push_back(value);
  }
  const auto moved = find_moved(world, ids);
  if (!moved) return moved.error();
  if (auto refusal = refused_move(world, *moved, "")) return *refusal;
  move(world, *moved, "");
  return {204};
}

constexpr auto filters =
    joined(std::to_array<Parameter>({{"name"}, {"projectId", ParameterKind::text, true}}), change_parameters,
           std::to_array<Parameter>({{"ownerId"}, {"environmentId"}}), page_parameters);
constexpr Parameter removed[] = {{"resourceIds", ParameterKind::text, true}};

}  // namespace

std::size_t add_environment(WorldState& world, const std::string& project, EnvironmentSettings settings) {
  world.environments.push_back({world.new_id("evm-"), project, std::move(settings), world.now, world.now});
  return world.environments.size() - 1;
}

bool is_empty(const WorldState& world, const Environment& environment) {
  return groups_in(world, environment.id).empty() && services_in(world, environment.id).empty();
}

std::span<const Operation> environment_operations() {
  using enum api::Method;
  static constexpr Operation all[] = {
      {get, "/environments", list_environments, filters},
      {post, "/environments", create_environment, {}, true},
      {get, "/environments/{environmentId}", of_environment<get_environment>},
      {patch, "/environments/{environmentId}", of_environment<patch_environment>, {}, true},
      {delete_, "/environments/{environmentId}", of_environment<remove_environment>},
      {post, "/environments/{environmentId}/resources", of_environment<add_resources>, {}, true},
      {delete_, "/environments/{environmentId}/resources", remove_resources, removed}};
  return all;
}

}  // namespace envlink::emulator
