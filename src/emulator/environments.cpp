// GET /environments/{id}. Lists that are empty come as null: seen in recordings.

#include <algorithm>

#include "emulator/routes.h"

namespace envlink::emulator {
namespace {

void write_ids(JsonWriter& json, std::string_view name, const std::vector<std::string_view>& ids) {
  json.key(name);
  if (ids.empty()) return json.null();
  json.begin_array();
  for (const std::string_view id : ids) json.string(id);
  json.end_array();
}

Reply environment(const WorldState& world, const SeedEnvironment& seed) {
  std::vector<std::string_view> groups;
  for (const Group& group : world.groups) {
    if (group.environment == seed.id) groups.emplace_back(group.id);
  }
  std::vector<std::string_view> services;
  for (const Service& service : world.services) {
    if (service.seed.environment == seed.id) services.emplace_back(service.seed.id);
  }
  JsonWriter json;
  json.begin_object();
  write_ids(json, "databasesIds", {});
  write_ids(json, "envGroupIds", groups);
  json.member("id", seed.id);
  json.member("name", seed.name);
  json.member("networkIsolationEnabled", false);
  json.member("projectId", seed.project);
  json.member("protectedStatus", seed.is_protected ? "protected" : "unprotected");
  write_ids(json, "redisIds", {});
  write_ids(json, "serviceIds", services);
  json.end_object();
  return answer(std::move(json));
}

}  // namespace

Reply environment_routes(const WorldState& world, const Call& call) {
  if (call.depth() != 3) return no_such_route();
  if (call.method != api::Method::get) return wrong_method();
  const auto found = std::ranges::find(world.environments, call.at(2), &SeedEnvironment::id);
  return found == world.environments.end() ? not_found(call.at(2)) : environment(world, *found);
}

}  // namespace envlink::emulator
