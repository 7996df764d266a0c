// GET /users, /owners and /owners/{id}. The key of this workspace reaches one workspace.

#include "emulator/paging.h"
#include "emulator/routes.h"

namespace envlink::emulator {
namespace {

constexpr std::string_view email = "owner@example.com";

void write_owner(json::Writer& out, const WorldState& world) {
  out("id", world.owner_id);
  out("name", world.owner_name);
  out("email", email);
  out("type", world.owner_id.starts_with("usr-") ? "user" : "team");
}

Reply list_owners(const WorldState& world, const Query& query) {
  PageQuery asked = page_of(query);
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  const bool wanted = query.wants("name", world.owner_name) && query.wants("email", email);
  return answer_list([&](json::Writer& out) {
    if (!wanted || !asked.page.take(0)) return;
    out.object([&](json::Writer& item) {
      item("owner", [&](json::Writer& owner) { write_owner(owner, world); });
      item("cursor", make_cursor(0, world.owner_id));
    });
  });
}

}  // namespace

Reply owner_routes(WorldState& world, const Call& call) {
  const bool user = call.at(1) == "users";
  if (call.depth() > (user ? 2U : 3U)) return no_such_route();
  if (call.method != api::Method::get) return wrong_method();
  if (user) {
    return answer_object([&](json::Writer& out) {
      out("email", email);
      out("name", world.owner_name);
    });
  }
  if (call.depth() == 2) return list_owners(world, call.target.query);
  if (call.at(2) != world.owner_id) return not_found(call.at(2));
  return answer_object([&](json::Writer& out) { write_owner(out, world); });
}

}  // namespace envlink::emulator
