// GET /env-groups and /env-groups/{id}; links; variables.

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/value.hpp>

#include "emulator/ids.h"
#include "emulator/paging.h"
#include "emulator/routes.h"
#include "emulator/service_json.h"

namespace envlink::emulator {
namespace {

void write_pairs(JsonWriter& json, std::string_view name, std::string_view key_name,
                 std::string_view value_name, const Variables& variables) {
  json.key(name);
  json.begin_array();
  for (auto variable = variables.rbegin(); variable != variables.rend(); ++variable) {
    json.begin_object();
    json.member(key_name, variable->first);
    json.member(value_name, variable->second);
    json.end_object();
  }
  json.end_array();
}

void write_meta_members(JsonWriter& json, const WorldState& world, const Group& group) {
  write_time(json, "createdAt", group.created);
  if (!group.environment.empty()) json.member("environmentId", group.environment);
  json.member("id", group.id);
  json.member("name", group.name);
  json.member("ownerId", world.owner_id);
  json.key("serviceLinks");
  json.begin_array();
  for (const std::size_t link : group.links) {
    const SeedService& service = world.services[link].seed;
    json.begin_object();
    json.member("id", service.id);
    json.member("name", service.name);
    json.member("type", short_type(service.type));
    json.end_object();
  }
  json.end_array();
  write_time(json, "updatedAt", group.updated);
}

bool wanted(const WorldState& world, const Group& group, const Query& query) {
  return query.wants("name", group.name) && query.wants("ownerId", world.owner_id) &&
         query.wants("environmentId", group.environment) && query.in_range("created", group.created) &&
         query.in_range("updated", group.updated);
}

// Render's document declares bare groups here; Render answers wrapped ones with a cursor each.
Reply list_groups(const WorldState& world, const Query& query) {
  PageQuery asked = page_of(query);
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  const bool wrapped = world.behaviour.list_shape == ListShape::wrapped;
  JsonWriter json;
  json.begin_array();
  for (std::size_t i = world.groups.size(); i-- > 0;) {
    const Group& group = world.groups[i];
    if (!wanted(world, group, query) || !asked.page.take(i)) continue;
    json.begin_object();
    if (wrapped) {
      json.member("cursor", make_cursor(i, group.id));
      json.key("envGroup");
      json.begin_object();
    }
    write_meta_members(json, world, group);
    if (wrapped) json.end_object();
    json.end_object();
  }
  json.end_array();
  return answer(std::move(json));
}

Reply full_group(const WorldState& world, const Group& group) {
  return answer(group.shown.text([&](JsonWriter& json) {
    json.begin_object();
    write_meta_members(json, world, group);
    write_pairs(json, "envVars", "key", "value", group.variables);
    write_pairs(json, "secretFiles", "name", "content", group.secret_files);
    json.end_object();
  }));
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
  return full_group(world, world.groups[group]);
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

bool is_variable_name(std::string_view key) {
  if (key.empty() || key.size() > 256 || (key.front() >= '0' && key.front() <= '9')) return false;
  return std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
}

std::string generated_value(WorldState& world) {
  const std::uint64_t number = mix(world.seed) + ++world.made;
  return make_hex(number, 40) + "abc=";  // 44 characters, the length of Render's
}

Reply put_variable(WorldState& world, const Call& call, std::size_t index) {
  Group& group = world.groups[index];
  const std::string key(call.at(4));
  const auto body = parse_body(call.body);
  if (!body) return refuse(400, "invalid JSON");
  if (!is_variable_name(key)) return refuse(400, "invalid environment variable name");
  const boost::json::value* given = body->if_contains("value");
  const boost::json::value* generate = body->if_contains("generateValue");
  std::string value;
  if (given && given->is_string()) {
    value = std::string(given->get_string());
  } else if (generate && generate->is_bool() && generate->get_bool()) {
    value = generated_value(world);
  } else {
    return refuse(400, "value or generateValue is required");
  }
  const auto present = std::find_if(group.variables.begin(), group.variables.end(),
                                    [&](const auto& variable) { return variable.first == key; });
  if (present != group.variables.end()) {
    present->second = std::move(value);
  } else {
    group.variables.emplace_back(key, std::move(value));
  }
  group.shown.changed();
  return full_group(world, group);  // updatedAt stays: seen in recordings
}

Reply variable_routes(WorldState& world, const Call& call, std::size_t index) {
  if (call.method == api::Method::put) return put_variable(world, call, index);
  if (call.method != api::Method::delete_) return wrong_method();
  Group& group = world.groups[index];
  const auto erased =
      std::erase_if(group.variables, [&](const auto& variable) { return variable.first == call.at(4); });
  group.shown.changed();
  return erased > 0 ? Reply{204, ""} : not_found(call.at(4));
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
  if (call.depth() == 3) return get ? full_group(world, world.groups[*group]) : wrong_method();
  return part == "services" ? link_routes(world, call, *group) : variable_routes(world, call, *group);
}

}  // namespace envlink::emulator
