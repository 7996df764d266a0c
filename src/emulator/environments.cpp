// GET /environments/{id}. Lists that are empty come as null: seen in recordings.

#include <algorithm>

#include "emulator/routes.h"

namespace envlink::emulator {
namespace {

Reply environment(const WorldState& world, const SeedEnvironment& seed) {
  std::vector<std::string_view> groups;
  for (const Group& group : world.groups) {
    if (group.environment == seed.id) groups.emplace_back(group.id);
  }
  std::vector<std::string_view> services;
  for (const Service& service : world.services) {
    if (service.seed.environment == seed.id) services.emplace_back(service.seed.id);
  }
  return answer_object([&](json::Writer& out) {
    out("databasesIds", nullptr);
    out.or_null("envGroupIds", groups);
    out("id", seed.id);
    out("name", seed.name);
    out("networkIsolationEnabled", false);
    out("projectId", seed.project);
    out("protectedStatus", seed.is_protected ? "protected" : "unprotected");
    out("redisIds", nullptr);
    out.or_null("serviceIds", services);
  });
}

}  // namespace

Reply environment_routes(const WorldState& world, const Call& call) {
  if (call.depth() != 3) return no_such_route();
  if (call.method != api::Method::get) return wrong_method();
  const auto found = std::ranges::find(world.environments, call.at(2), &SeedEnvironment::id);
  return found == world.environments.end() ? not_found(call.at(2)) : environment(world, *found);
}

}  // namespace envlink::emulator
