// GET and POST of /env-groups; GET, PATCH and DELETE of one; links; variables and secret files.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <utility>

#include "emulator/audit_log.h"
#include "emulator/routes.h"
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
Reply list_groups(WorldState& world, const Query& query) {
  PageQuery asked = page_of(query);
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  const bool wrapped = world.behaviour.list_shape == ListShape::wrapped;
  return answer_list([&](json::Writer& out) {
    for (std::size_t i = world.groups.size(); i-- > 0;) {
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

/// The field `key`: "" if it is missing, unset if it is not text.
std::optional<std::string> text_of(const json::Value& object, std::string_view key) {
  const json::Value* value = object.find(key);
  if (value == nullptr) return "";
  if (!value->is_text()) return std::nullopt;
  return std::string(value->text);
}

/// The body of a call that creates a group, read up to the first problem.
class GroupBody {
 public:
  GroupBody(WorldState& world, const json::Value& body) : world_(world), body_(body) {
    read_names();
    if (body.find("envVars") == nullptr) refuse_with(refuse(400, "envVars is required"));
    each("envVars", [&](const json::Value& one) { read_pair(one, false, group.variables); });
    each("secretFiles", [&](const json::Value& one) { read_pair(one, true, group.secret_files); });
    each("serviceIds", [&](const json::Value& one) { read_service(one); });
  }

  Group group;
  std::vector<std::size_t> services;
  std::optional<Reply> refusal;

 private:
  void refuse_with(Reply reply) {
    if (!refusal) refusal = std::move(reply);
  }

  void read_names() {
    const auto name = text_of(body_, "name");
    const auto owner = text_of(body_, "ownerId");
    const auto environment = text_of(body_, "environmentId");
    if (!name || !owner || owner->empty() || !environment)
      return refuse_with(refuse(400, "name, ownerId and environmentId must be texts"));
    if (*owner != world_.owner_id) return refuse_with(not_found(*owner));
    if (!environment->empty() && world_.find_environment(*environment) == nullptr)
      return refuse_with(not_found(*environment));
    if (!may_do(world_, *environment, api::Method::post)) return refuse_with(forbidden());
    if (auto refused = refused_name(world_, *name, *environment)) return refuse_with(std::move(*refused));
    group.name = *name;
    group.environment = *environment;
  }

  template <class Read>
  void each(std::string_view key, const Read& read) {
    const json::Value* list = body_.find(key);
    if (list == nullptr) return;
    if (!list->is_list()) return refuse_with(refuse(400, fmt::format("{} must be an array", key)));
    for (const json::Value* one = list->first(); one != list->next() && !refusal; one = one->next())
      read(*one);
  }

  void read_pair(const json::Value& one, bool file, Variables& into) {
    const auto name = text_of(one, file ? "name" : "key");
    if (!name) return refuse_with(refuse(400, "a name must be a text"));
    auto value = new_value(world_, {file, *name}, one);
    if (!value) return refuse_with(std::move(value.error()));
    bytes_of_files_ += file ? value->size() : 0;
    if (bytes_of_files_ > most_of_files) return refuse_with(files_too_large());
    // Render's answer to a repeated name is unknown.
    if (!names_.emplace(file, *name).second) return refuse_with(refuse(400, "duplicate name: " + *name));
    into.emplace_back(*name, std::move(*value));
  }

  void read_service(const json::Value& one) {
    const auto service = one.is_text() ? world_.find_service(one.text) : std::nullopt;
    if (!service) return refuse_with(not_found(one.is_text() ? one.text : ""));
    if (!may_link(group, world_.services[*service])) return refuse_with(other_environment());
    services.push_back(*service);
  }

  WorldState& world_;
  const json::Value& body_;
  std::set<std::pair<bool, std::string>> names_;
  std::size_t bytes_of_files_ = 0;
};

Reply make_group(WorldState& world, const Call& call) {
  const Body body(call.body);
  if (!body.is_object()) return refuse(400, "invalid JSON");
  GroupBody read(world, body.root());
  if (read.refusal) return *read.refusal;
  read.group.id = world.new_id("evg-");
  read.group.created = read.group.updated = world.now;
  world.groups.push_back(std::move(read.group));
  const std::size_t index = world.groups.size() - 1;
  for (const std::size_t service : read.services) set_link(world, index, service, true);
  return after_write(world, index, 201);
}

Reply rename_group(WorldState& world, const Call& call, std::size_t index) {
  const Body body(call.body);
  if (!body.is_object()) return refuse(400, "invalid JSON");
  Group& group = world.groups[index];
  const std::string name = text_of(body.root(), "name").value_or("");
  if (auto refusal = refused_name(world, name, group.environment, &group)) return *refusal;
  group.name = name;
  group.updated = world.now;
  return after_write(world, index);
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

Reply link_routes(WorldState& world, const Call& call, std::size_t group) {
  const auto service = world.find_service(call.at(4));
  if (!service) return not_found(call.at(4));
  if (call.method == api::Method::post) return link(world, group, *service);
  if (call.method != api::Method::delete_) return wrong_method();
  // The status for a service that is not linked is unknown.
  if (!set_link(world, group, *service, false)) return not_found(call.at(4));
  return {204, ""};
}

/// Answers a request for one variable or secret file. A PUT returns the group with its updatedAt unchanged,
/// as recorded.
Reply group_value(WorldState& world, const Call& call, std::size_t index) {
  if (auto reply = value_routes(world, call, {true, index})) return *reply;
  return after_write(world, index);
}

Reply one_group(WorldState& world, const Call& call, std::size_t index) {
  const Group& group = world.groups[index];
  if (!may_do(world, group.environment, call.method)) return forbidden();
  if (call.method == api::Method::delete_) {
    delete_group(world, index, caller());
    return {204, ""};
  }
  if (call.method == api::Method::patch) return rename_group(world, call, index);
  if (call.method != api::Method::get) return wrong_method();
  return full_group(world, group, world.next_read_lags());
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
  return part == "services" ? link_routes(world, call, *group) : group_value(world, call, *group);
}

}  // namespace envlink::emulator
