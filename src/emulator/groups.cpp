// GET and POST of /env-groups; GET, PATCH and DELETE of one; links; variables and secret files.

#include <algorithm>
#include <optional>
#include <ranges>
#include <utility>

#include "emulator/audit_log.h"
#include "emulator/routes.h"
#include "emulator/services.h"
#include "emulator/target.h"
#include "emulator/variables.h"
#include "model/variable.h"

namespace envlink::emulator {
namespace {

void write_pairs(json::Writer& out, std::string_view name, std::string_view key_name,
                 std::string_view value_name, const Variables& pairs, ProtectedValues shown) {
  out.list(name, std::views::reverse(pairs), [&](json::Writer& one, const auto& pair) {
    one(key_name, pair.first);
    one(value_name, as_shown(shown, pair.second));
  });
}

void write_group(json::Writer& out, const WorldState& world, const Group& group,
                 const std::vector<std::size_t>& links) {
  out("createdAt", group.created);
  out.if_any("environmentId", group.environment);
  out("id", group.id);
  out("name", group.name);
  out("ownerId", world.owner_id);
  out.list("serviceLinks", links, [&](json::Writer& link, std::size_t index) {
    const SeedService& service = world.services[index].seed;
    link("id", service.id);
    link("name", service.name);
    link("type", short_type(service.type));
  });
  out("updatedAt", group.updated);
}

bool wanted(const WorldState& world, const Group& group, const Query& query) {
  return !group.deleted && query.wants("name", group.name) && query.wants("ownerId", world.owner_id) &&
         query.wants("environmentId", group.environment) && query.in_range("created", group.created) &&
         query.in_range("updated", group.updated);
}

// Render's document declares bare groups here; Render answers wrapped ones with a cursor each.
Reply list_groups(WorldState& world, const Query& query) {
  PageQuery asked = page_of(query);
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  const bool wrapped = world.behaviour.list_shape == ListShape::wrapped;
  return answer_list([&](json::Writer& out) {
    for (std::size_t i = world.groups.size(); i-- > 0;) {
      const Group& group = world.groups[i];
      if (!wanted(world, group, query) || !asked.page.take(i)) continue;
      for (int left = world.times_listed(); left > 0; --left) {
        const std::vector<std::size_t> links = world.shown_links(group);
        out.object([&](json::Writer& item) {
          if (!wrapped) return write_group(item, world, group, links);
          item("cursor", make_cursor(i, group.id));
          item("envGroup", [&](json::Writer& one) { write_group(one, world, group, links); });
        });
      }
    }
  });
}

Reply full_group(const WorldState& world, const Group& group, const std::vector<std::size_t>& links,
                 int status = 200) {
  const ProtectedValues shown = visibility(world, group.environment);
  if (shown == ProtectedValues::refused) return refuse(403, "forbidden");
  const auto write = [&](json::Writer& out) {
    write_group(out, world, group, links);
    write_pairs(out, "envVars", "key", "value", group.variables, shown);
    write_pairs(out, "secretFiles", "name", "content", group.secret_files, shown);
  };
  return answer_object(write, status);
}

/// What was written shows in the answer to it.
Reply after_write(const WorldState& world, std::size_t group, int status = 200) {
  return full_group(world, world.groups[group], world.groups[group].links, status);
}

/// Documented as impossible; the status and the text are unknown.
bool may_link(const Group& group, const Service& service) {
  return group.environment.empty() || group.environment == service.seed.environment;
}
Reply other_environment() {
  return refuse(400, "environment group belongs to another environment than the service");
}

/// Two groups of one name in the same scope: what Render says is unknown, a setting.
std::optional<Reply> refused_name(const WorldState& world, const json::Value* name,
                                  std::string_view environment) {
  if (name == nullptr || !name->is_text() || name->text.empty()) return refuse(400, "invalid name");
  const bool taken = std::ranges::any_of(world.groups, [&](const Group& other) {
    return !other.deleted && other.name == name->text && other.environment == environment;
  });
  if (!taken || world.behaviour.same_name == SameName::accepted) return std::nullopt;
  return refuse(409, "an environment group of that name exists already");
}

/// The elements of a list that may be absent. False: it is no list.
template <class Visit>
bool each(const json::Value* list, const Visit& visit) {
  if (list == nullptr) return true;
  if (!list->is_list()) return false;
  for (const json::Value* one = list->first(); one != list->next(); one = one->next()) visit(*one);
  return true;
}

std::string text_of(const json::Value& object, std::string_view key) {
  const json::Value* value = object.find(key);
  return value != nullptr && value->is_text() ? std::string(value->text) : std::string();
}

/// All of it, or nothing.
Reply make_group(WorldState& world, const Call& call) {
  const Body body(call.body);
  if (!body.is_object()) return refuse(400, "invalid JSON");
  Group group;
  group.environment = text_of(body.root(), "environmentId");
  if (auto refusal = refused_name(world, body.find("name"), group.environment)) return *refusal;
  group.name = body.find("name")->text;
  if (const std::string owner = text_of(body.root(), "ownerId"); owner != world.owner_id)
    return owner.empty() ? refuse(400, "ownerId is required") : not_found(owner);
  if (!group.environment.empty() && std::ranges::find(world.environments, group.environment,
                                                      &SeedEnvironment::id) == world.environments.end())
    return not_found(group.environment);
  if (visibility(world, group.environment) != ProtectedValues::shown) return refuse(403, "forbidden");
  std::optional<Reply> refusal;
  const auto take = [&](const json::Value& one, std::string key, Variables& into) {
    auto value = new_value(world, std::move(key), one);
    if (!value) {
      refusal = value.error();
    } else if (model::is_file_key(value->key)) {
      if (auto large = too_large(into, *value)) refusal = large;
      into.emplace_back(text_of(one, "name"), std::move(value->value));
    } else {
      into.emplace_back(value->key, std::move(value->value));
    }
  };
  if (body.find("envVars") == nullptr || !each(body.find("envVars"), [&](const json::Value& one) {
        take(one, text_of(one, "key"), group.variables);
      }))
    return refuse(400, "envVars must be an array");
  if (!each(body.find("secretFiles"), [&](const json::Value& one) {
        take(one, model::file_key(text_of(one, "name")), group.secret_files);
      }))
    return refuse(400, "secretFiles must be an array");
  std::vector<std::size_t> services;
  if (!each(body.find("serviceIds"), [&](const json::Value& one) {
        const auto service = one.is_text() ? world.find_service(one.text) : std::nullopt;
        if (!service) {
          refusal = not_found(one.is_text() ? one.text : "");
        } else if (!may_link(group, world.services[*service])) {
          refusal = other_environment();
        } else {
          services.push_back(*service);
        }
      }))
    return refuse(400, "serviceIds must be an array");
  if (refusal) return *refusal;
  group.id = world.new_id("evg-");
  group.created = group.updated = world.now;
  world.groups.push_back(std::move(group));
  const std::size_t index = world.groups.size() - 1;
  for (const std::size_t service : services) set_link(world, index, service, true);
  return after_write(world, index, 201);
}

Reply rename_group(WorldState& world, const Call& call, std::size_t index) {
  const Body body(call.body);
  if (!body.is_object()) return refuse(400, "invalid JSON");
  Group& group = world.groups[index];
  const bool same = body.find("name") != nullptr && body.find("name")->text == group.name;
  if (auto refusal = refused_name(world, body.find("name"), group.environment); refusal && !same)
    return *refusal;
  group.name = body.find("name")->text;
  group.updated = world.now;
  return after_write(world, index);
}

Reply link(WorldState& world, std::size_t group, std::size_t service) {
  if (!may_link(world.groups[group], world.services[service])) return other_environment();
  if (!set_link(world, group, service, true)) {
    // Render's answer to linking twice is unknown: a setting.
    if (world.behaviour.double_link == DoubleLink::conflict)
      return refuse(409, "service link already exists");
    if (world.behaviour.double_link == DoubleLink::bad_request) {
      return refuse(400, "service link already exists");
    }
  }
  return after_write(world, group);
}

Reply link_routes(WorldState& world, const Call& call, std::size_t group) {
  const auto service = world.find_service(call.at(4));
  if (!service) return not_found(call.at(4));
  if (call.method == api::Method::post) return link(world, group, *service);
  if (call.method != api::Method::delete_) return wrong_method();
  // The status for a service that is not linked is unknown.
  if (!set_link(world, group, *service, false)) return not_found(call.at(4));
  return {204, ""};
}

/// Of one variable or secret file. After a PUT: the group, whose updatedAt stays (seen in recordings).
Reply values(WorldState& world, const Call& call, std::size_t index) {
  if (auto reply = value_routes(world, call, {true, index})) return *reply;
  return after_write(world, index);
}

Reply one_group(WorldState& world, const Call& call, std::size_t index) {
  if (call.method == api::Method::delete_) {
    delete_group(world, index, caller());
    return {204, ""};
  }
  if (call.method == api::Method::patch) return rename_group(world, call, index);
  if (call.method != api::Method::get) return wrong_method();
  const Group& group = world.groups[index];
  return full_group(world, group, world.shown_links(group));
}

}  // namespace

Reply group_routes(WorldState& world, const Call& call) {
  if (call.depth() == 2) {
    if (call.method == api::Method::post) return make_group(world, call);
    return call.method == api::Method::get ? list_groups(world, call.target.query) : wrong_method();
  }
  const std::string_view part = call.at(3);
  const bool known = part == "services" || part == "env-vars" || part == "secret-files";
  if (call.depth() > 3 && (call.depth() != 5 || !known)) return no_such_route();
  const auto group = world.find_group(call.at(2));
  if (!group) return not_found(call.at(2));
  if (call.depth() == 3) return one_group(world, call, *group);
  return part == "services" ? link_routes(world, call, *group) : values(world, call, *group);
}

}  // namespace envlink::emulator
