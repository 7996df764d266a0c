// GET /users, /owners and /owners/{id}. The key of this workspace reaches one workspace.

#include "emulator/paging.h"
#include "emulator/routes.h"

namespace envlink::emulator {
namespace {

constexpr std::string_view email = "owner@example.com";

void write_owner(JsonWriter& json, const WorldState& world) {
  json.begin_object();
  json.member("id", world.owner_id);
  json.member("name", world.owner_name);
  json.member("email", email);
  json.member("type", world.owner_id.starts_with("usr-") ? "user" : "team");
  json.end_object();
}

Reply list_owners(const WorldState& world, const Query& query) {
  PageQuery asked = page_of(query);
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  JsonWriter json;
  json.begin_array();
  const bool wanted = query.wants("name", world.owner_name) && query.wants("email", email);
  if (wanted && asked.page.take(0)) {
    json.begin_object();
    json.key("owner");
    write_owner(json, world);
    json.member("cursor", make_cursor(0, world.owner_id));
    json.end_object();
  }
  json.end_array();
  return answer(std::move(json));
}

}  // namespace

Reply owner_routes(WorldState& world, const Call& call) {
  const bool user = call.at(1) == "users";
  if (call.depth() > (user ? 2U : 3U)) return no_such_route();
  if (call.method != api::Method::get) return wrong_method();
  JsonWriter json;
  if (user) {
    json.begin_object();
    json.member("email", email);
    json.member("name", world.owner_name);
    json.end_object();
    return answer(std::move(json));
  }
  if (call.depth() == 2) return list_owners(world, call.target.query);
  if (call.at(2) != world.owner_id) return not_found(call.at(2));
  write_owner(json, world);
  return answer(std::move(json));
}

}  // namespace envlink::emulator
