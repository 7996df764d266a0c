// GET /env-groups and /env-groups/{id}, DELETE of one; links; variables.

#include <ranges>

#include "emulator/audit_log.h"
#include "emulator/routes.h"
#include "emulator/services.h"
#include "emulator/target.h"
#include "emulator/variables.h"

namespace envlink::emulator {
namespace {

void write_pairs(json::Writer& out, std::string_view name, std::string_view key_name,
                 std::string_view value_name, const Variables& variables) {
  out.list(name, std::views::reverse(variables), [&](json::Writer& one, const auto& variable) {
    one(key_name, variable.first);
    one(value_name, variable.second);
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

Reply full_group(const WorldState& world, const Group& group, const std::vector<std::size_t>& links) {
  return answer_object([&](json::Writer& out) {
    write_group(out, world, group, links);
    write_pairs(out, "envVars", "key", "value", group.variables);
    write_pairs(out, "secretFiles", "name", "content", group.secret_files);
  });
}

/// What was written shows in the answer to it.
Reply after_write(const WorldState& world, std::size_t group) {
  return full_group(world, world.groups[group], world.groups[group].links);
}

Reply link(WorldState& world, std::size_t group, std::size_t service) {
  const std::string& scope = world.groups[group].environment;
  if (!scope.empty() && scope != world.services[service].seed.environment) {
    // Documented as impossible; the status and the text are unknown.
    return refuse(400, "environment group belongs to another environment than the service");
  }
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

Reply variable_routes(WorldState& world, const Call& call, std::size_t index) {
  if (call.method == api::Method::delete_) return delete_variable(world, call, {true, index});
  if (call.method != api::Method::put) return wrong_method();
  if (auto refusal = put_variable(world, call, {true, index})) return *refusal;
  return after_write(world, index);  // updatedAt stays: seen in recordings
}

Reply one_group(WorldState& world, const Call& call, std::size_t index) {
  if (call.method == api::Method::delete_) {
    delete_group(world, index, caller());
    return {204, ""};
  }
  if (call.method != api::Method::get) return wrong_method();
  const Group& group = world.groups[index];
  return full_group(world, group, world.shown_links(group));
}

}  // namespace

Reply group_routes(WorldState& world, const Call& call) {
  const bool get = call.method == api::Method::get;
  if (call.depth() == 2) return get ? list_groups(world, call.target.query) : wrong_method();
  const std::string_view part = call.at(3);
  if (call.depth() > 3 && (call.depth() != 5 || (part != "services" && part != "env-vars"))) {
    return no_such_route();
  }
  const auto group = world.find_group(call.at(2));
  if (!group) return not_found(call.at(2));
  if (call.depth() == 3) return one_group(world, call, *group);
  return part == "services" ? link_routes(world, call, *group) : variable_routes(world, call, *group);
}

}  // namespace envlink::emulator
