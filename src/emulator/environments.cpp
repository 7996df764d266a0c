// Environments of projects.

#include <vector>

#include "emulator/operation.h"

namespace envlink::emulator {
namespace {

void write_environment(json::Writer& out, const WorldState& world, const SeedEnvironment& environment) {
  std::vector<std::string_view> groups;
  for (const Group& group : world.groups) {
    if (group.environment == environment.id && !group.deleted) groups.emplace_back(group.id);
  }
  std::vector<std::string_view> services;
  for (const Service& service : world.services) {
    if (service.seed.environment == environment.id && !service.deleted)
      services.emplace_back(service.seed.id);
  }
  out("databasesIds", nullptr);
  out.or_null("envGroupIds", groups);
  out("id", environment.id);
  out("name", environment.name);
  out("networkIsolationEnabled", false);
  out("projectId", environment.project);
  out("protectedStatus", environment.is_protected ? "protected" : "unprotected");
  out("redisIds", nullptr);
  out.or_null("serviceIds", services);
}

Reply get_environment(WorldState& world, const Call& call) {
  const SeedEnvironment* found = world.find_environment(call.at(2));
  if (found == nullptr) return not_found(call.at(2));
  return answer_object([&](json::Writer& out) { write_environment(out, world, *found); });
}

}  // namespace

std::span<const Operation> environment_operations() {
  using enum api::Method;
  static constexpr Operation all[] = {{get, "/environments/{environmentId}", get_environment}};
  return all;
}

}  // namespace envlink::emulator
