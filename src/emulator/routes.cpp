// GET /users, /owners, /owners/{id} and its audit log, /environments/{id}, and shared parts of all routes.
// The key has access to one workspace.

#include "emulator/routes.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "emulator/target.h"

namespace envlink::emulator {
namespace {

void write_owner(json::Writer& out, const WorldState& world) {
  out("id", world.owner_id);
  out("name", world.owner_name);
  out("email", owner_email);
  out("type", world.owner_id.starts_with("usr-") ? "user" : "team");
}

Reply list_owners(const WorldState& world, const Query& query) {
  PageQuery asked = page_of(query);
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  const bool wanted = query.wants("name", world.owner_name) && query.wants("email", owner_email);
  return answer_list([&](json::Writer& out) {
    if (!wanted || !asked.page.take(0)) return;
    out.object([&](json::Writer& item) {
      item("owner", [&](json::Writer& owner) { write_owner(owner, world); });
      item("cursor", make_cursor(0, world.owner_id));
    });
  });
}

Reply environment(const WorldState& world, const SeedEnvironment& seed) {
  std::vector<std::string_view> groups;
  for (const Group& group : world.groups) {
    if (group.environment == seed.id && !group.deleted) groups.emplace_back(group.id);
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

Reply refuse(int status, std::string_view message) {
  return answer_object([&](json::Writer& out) { out("message", message); }, status);
}

Reply not_found(std::string_view id) {
  return refuse(404, fmt::format("not found: {}", clean(id, 100)));
}

// Render's words are unknown.
Reply forbidden() {
  return refuse(403, "forbidden");
}

// Render's words for an unknown path or method are unknown; the statuses are standard HTTP.
Reply no_such_route() {
  return refuse(404, "not found");
}
Reply wrong_method() {
  return refuse(405, "method not allowed");
}

Body::Body(std::string_view text) {
  const bool blank = text.find_first_not_of(" \t\r\n") == std::string_view::npos;
  const auto root = document_.read(blank ? "{}" : text);
  if (root && (*root)->is_object()) root_ = *root;
}

std::vector<std::string_view> Body::keys() const {
  std::vector<std::string_view> keys;
  if (root_ == nullptr) return keys;
  for (const json::Value* key = root_->first(); key != root_->next(); key = key[1].next())
    keys.push_back(key->text);
  return keys;
}

Reply owner_routes(WorldState& world, const Call& call) {
  const bool user = call.at(1) == "users";
  const bool audit = !user && call.depth() == 4 && call.at(3) == "audit-logs";
  if (call.depth() > (user ? 2U : 3U) && !audit) return no_such_route();
  if (call.method != api::Method::get) return wrong_method();
  if (user) {
    return answer_object([&](json::Writer& out) {
      out("email", owner_email);
      out("name", world.owner_name);
    });
  }
  if (call.depth() == 2) return list_owners(world, call.target.query);
  if (call.at(2) != world.owner_id) return not_found(call.at(2));
  if (audit) return audit_logs(world, call.target.query);
  return answer_object([&](json::Writer& out) { write_owner(out, world); });
}

Reply environment_routes(const WorldState& world, const Call& call) {
  if (call.depth() != 3) return no_such_route();
  if (call.method != api::Method::get) return wrong_method();
  const SeedEnvironment* found = world.find_environment(call.at(2));
  return found == nullptr ? not_found(call.at(2)) : environment(world, *found);
}

}  // namespace envlink::emulator
