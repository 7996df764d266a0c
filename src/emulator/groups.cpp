// Environment groups, their links, variables and secret files.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "emulator/audit_log.h"
#include "emulator/operation.h"
#include "emulator/services.h"
#include "emulator/target.h"
#include "emulator/variables.h"

namespace envlink::emulator {
namespace {

void write_pairs(json::Writer& out, std::string_view name, std::string_view key_name,
                 std::string_view value_name, const Variables& pairs, const auto& shown) {
  out.list(name, std::views::reverse(pairs), [&](json::Writer& one, const auto& pair) {
    one(key_name, pair.first);
    one(value_name, shown(pair.second));
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

// Render's document declares bare groups here, but Render returns wrapped ones with a cursor each.
Reply list_groups(WorldState& world, const Call& call) {
  const Query& query = call.query();
  PageQuery asked = page_of(query);
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  const bool wrapped = world.behaviour.list_shape == ListShape::wrapped;
  return answer_list([&](json::Writer& out) {
    for (std::size_t i = asked.page.start(world.groups.size()); i-- > 0 && !asked.page.is_full();) {
      const Group& group = world.groups[i];
      if (!wanted(world, group, query) || !asked.page.take(i)) continue;
      for (int left = world.times_listed(); left > 0; --left) {
        const std::vector<std::size_t> links = world.shown_links(group, world.next_read_lags());
        out.object([&](json::Writer& item) {
          if (!wrapped) return write_group(item, world, group, links);
          item("cursor", make_cursor(i, group.id));
          item("envGroup", [&](json::Writer& one) { write_group(one, world, group, links); });
        });
      }
    }
  });
}

Reply full_group(const WorldState& world, const Group& group, bool lags, int status = 200) {
  const auto shown = [&](std::string_view value) { return as_shown(world, group.environment, value); };
  const auto write = [&](json::Writer& out) {
    write_group(out, world, group, world.shown_links(group, lags));
    write_pairs(out, "envVars", "key", "value", shown_values(world, group, false, lags), shown);
    write_pairs(out, "secretFiles", "name", "content", shown_values(world, group, true, lags), shown);
  };
  return answer_object(write, status);
}

/// The answer to a write shows what was written.
Reply after_write(const WorldState& world, std::size_t group, int status = 200) {
  return full_group(world, world.groups[group], false, status);
}

bool may_link(const Group& group, const Service& service) {
  return group.environment.empty() || group.environment == service.seed.environment;
}

/// Render documents that such a link is impossible, but not the answer's status and text.
Reply other_environment() {
  return refuse(400, "environment group belongs to another environment than the service");
}

/// Two groups with one name in the same scope: Render's answer is unknown, so it is a setting.
std::optional<Reply> refused_name(const WorldState& world, std::string_view name,
                                  std::string_view environment, const Group* renamed = nullptr) {
  if (name.empty()) return refuse(400, "invalid name");
  const bool taken = std::ranges::any_of(world.groups, [&](const Group& other) {
    return !other.deleted && &other != renamed && other.name == name && other.environment == environment;
  });
  if (!taken || world.behaviour.same_name == SameName::accepted) return std::nullopt;
  return refuse(409, "an environment group with that name already exists");
}

struct NewGroup {
  std::string name;
  std::string owner;
  std::string environment;
  std::vector<VariableInput> variables;
  std::vector<FileInput> files;
  std::vector<std::string> services;
};
void fields(auto& visit, json::Like<NewGroup> auto& group) {
  visit("name", group.name);
  visit("ownerId", group.owner);
  visit.later("environmentId", group.environment);
  visit("envVars", group.variables);
  visit.later("secretFiles", group.files);
  visit.later("serviceIds", group.services);
}

/// The services to link, or the refusal.
tl::expected<std::vector<std::size_t>, Reply> services_of(const WorldState& world, const Group& group,
                                                          const std::vector<std::string>& ids) {
  std::vector<std::size_t> services;
  for (const std::string& id : ids) {
    const auto service = world.find_service(id);
    if (!service) return tl::unexpected(not_found(id));
    if (!may_link(group, world.services[*service])) return tl::unexpected(other_environment());
    services.push_back(*service);
  }
  return services;
}

Reply make_group(WorldState& world, const Call& call) {
  auto body = read_body<NewGroup>(call);
  if (!body) return body.error();
  if (body->owner != world.owner_id) return not_found(body->owner);
  if (!body->environment.empty() && world.find_environment(body->environment) == nullptr)
    return not_found(body->environment);
  if (!may_do(world, body->environment, api::Method::post)) return forbidden();
  if (auto refusal = refused_name(world, body->name, body->environment)) return *refusal;
  auto variables = new_variables(world, body->variables);
  if (!variables) return variables.error();
  auto files = new_files(body->files);
  if (!files) return files.error();
  Group group;
  group.name = std::move(body->name);
  group.environment = std::move(body->environment);
  group.variables = std::move(*variables);
  group.secret_files = std::move(*files);
  const auto services = services_of(world, group, body->services);
  if (!services) return services.error();
  group.id = world.new_id("evg-");
  group.created = group.updated = world.now;
  const std::size_t index = world.add(std::move(group));
  for (const std::size_t service : *services) set_link(world, index, service, true);
  return after_write(world, index, 201);
}

struct GroupPatch {
  std::string name;
};
void fields(auto& visit, json::Like<GroupPatch> auto& group) {
  visit("name", group.name);
}

Reply rename_group(WorldState& world, const Call& call, std::size_t index) {
  Group& group = world.groups[index];
  if (!may_do(world, group.environment, call.method)) return forbidden();
  auto body = read_body<GroupPatch>(call);
  if (!body) return body.error();
  if (auto refusal = refused_name(world, body->name, group.environment, &group)) return *refusal;
  group.name = std::move(body->name);
  group.updated = world.now;
  return after_write(world, index);
}

Reply get_group(WorldState& world, const Call&, std::size_t index) {
  const Group& group = world.groups[index];
  if (!may_do(world, group.environment, api::Method::get)) return forbidden();
  return full_group(world, group, world.next_read_lags());
}

Reply remove_group(WorldState& world, const Call& call, std::size_t index) {
  if (!may_do(world, world.groups[index].environment, call.method)) return forbidden();
  delete_group(world, index, caller());
  return {204};
}

Reply link(WorldState& world, std::size_t group, std::size_t service) {
  if (!may_link(world.groups[group], world.services[service])) return other_environment();
  if (!set_link(world, group, service, true)) {
    // Render's answer to linking twice is unknown, so it is a setting.
    if (world.behaviour.double_link == DoubleLink::conflict)
      return refuse(409, "service link already exists");
    if (world.behaviour.double_link == DoubleLink::bad_request) {
      return refuse(400, "service link already exists");
    }
  }
  return after_write(world, group);
}

template <Reply (*handle)(WorldState&, std::size_t group, std::size_t service)>
Reply of_link(WorldState& world, const Call& call) {
  const auto group = world.find_group(call.at(2));
  if (!group) return not_found(call.at(2));
  const auto service = world.find_service(call.at(4));
  return service ? handle(world, *group, *service) : not_found(call.at(4));
}

Reply unlink(WorldState& world, std::size_t group, std::size_t service) {
  // The status for a service that is not linked is unknown.
  if (!set_link(world, group, service, false)) return not_found(world.services[service].seed.id);
  return {204};
}

/// Answers a request for one variable or secret file. A PUT returns the group with its updatedAt unchanged,
/// as recorded.
Reply group_value(WorldState& world, const Call& call, std::size_t index) {
  if (auto reply = value_call(world, call, {true, index})) return *reply;
  return after_write(world, index);
}

template <Reply (*handle)(WorldState&, const Call&, std::size_t group)>
Reply of_group(WorldState& world, const Call& call) {
  const auto group = world.find_group(call.at(2));
  return group ? handle(world, call, *group) : not_found(call.at(2));
}

constexpr auto filters = joined(std::to_array<Parameter>({{"name"}, {"ownerId"}, {"environmentId"}}),
                                change_parameters, page_parameters);

}  // namespace

std::span<const Operation> group_operations() {
  using enum api::Method;
  static constexpr auto value = of_group<group_value>;
  static constexpr Operation all[] = {
      {get, "/env-groups", list_groups, filters},
      {post, "/env-groups", make_group, {}, true},
      {get, "/env-groups/{envGroupId}", of_group<get_group>},
      {patch, "/env-groups/{envGroupId}", of_group<rename_group>, {}, true},
      {delete_, "/env-groups/{envGroupId}", of_group<remove_group>},
      {post, "/env-groups/{envGroupId}/services/{serviceId}", of_link<link>},
      {delete_, "/env-groups/{envGroupId}/services/{serviceId}", of_link<unlink>},
      {get, "/env-groups/{envGroupId}/env-vars/{envVarKey}", value},
      {put, "/env-groups/{envGroupId}/env-vars/{envVarKey}", value, {}, true},
      {delete_, "/env-groups/{envGroupId}/env-vars/{envVarKey}", value},
      {get, "/env-groups/{envGroupId}/secret-files/{secretFileName}", value},
      {put, "/env-groups/{envGroupId}/secret-files/{secretFileName}", value, {}, true},
      {delete_, "/env-groups/{envGroupId}/secret-files/{secretFileName}", value}};
  return all;
}

}  // namespace envlink::emulator
