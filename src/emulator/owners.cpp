// The user and the workspaces that the key reaches: there is one.

#include "emulator/owners.h"

#include "emulator/operation.h"

namespace envlink::emulator {
namespace {

/// The document in Render's own SDK requires `id`; the published one lacks it.
Reply get_user(WorldState& world, const Call&) {
  return answer_object([&](json::Writer& out) {
    out("id", "usr-" + world.owner_id.substr(world.owner_id.find('-') + 1));
    out("email", owner_email);
    out("name", world.owner_name);
  });
}

Reply list_owners(WorldState& world, const Call& call) {
  PageQuery asked = page_of(call.query());
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  const bool wanted =
      call.query().wants("name", world.owner_name) && call.query().wants("email", owner_email);
  return answer_list([&](json::Writer& out) {
    if (!wanted || !asked.page.take(0)) return;
    out.object([&](json::Writer& item) {
      item("owner", [&](json::Writer& owner) { write_owner(owner, world); });
      item("cursor", make_cursor(0, world.owner_id));
    });
  });
}

Reply get_owner(WorldState& world, const Call& call) {
  if (call.at(2) != world.owner_id) return not_found(call.at(2));
  return answer_object([&](json::Writer& out) { write_owner(out, world); });
}

constexpr Parameter filters[] = {{"name"}, {"email"}, cursor_parameter, limit_parameter};

}  // namespace

void write_owner(json::Writer& out, const WorldState& world) {
  out("id", world.owner_id);
  out("name", world.owner_name);
  out("email", owner_email);
  out("type", world.owner_id.starts_with("usr-") ? "user" : "team");
}

std::span<const Operation> owner_operations() {
  using enum api::Method;
  static constexpr Operation all[] = {{get, "/users", get_user},
                                      {get, "/owners", list_owners, filters},
                                      {get, "/owners/{ownerId}", get_owner}};
  return all;
}

}  // namespace envlink::emulator
