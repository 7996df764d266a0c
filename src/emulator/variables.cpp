#include "emulator/variables.h"

#include <algorithm>
#include <utility>

#include "emulator/audit_log.h"
#include "emulator/deploys.h"
#include "emulator/ids.h"
#include "model/variable.h"

namespace envlink::emulator {
namespace {

constexpr std::size_t most_of_files = 1 << 20;  // bytes of one holder's secret files together

// `world`: constant or not.
auto& pairs_of(auto& world, Holder holder, bool files) {
  if (holder.is_group) {
    auto& group = world.groups[holder.index];
    return files ? group.secret_files : group.variables;
  }
  auto& seed = world.services[holder.index].seed;
  return files ? seed.secret_files : seed.variables;
}
std::string_view name_of(std::string_view key) {
  return model::is_file_key(key) ? key.substr(model::file_prefix.size()) : key;
}
auto& changes_of(auto& world, Holder holder) {
  return holder.is_group ? world.groups[holder.index].changes : world.services[holder.index].changes;
}

auto find(auto& pairs, std::string_view key) {
  return std::ranges::find(pairs, name_of(key),
                           [](const auto& pair) -> std::string_view { return pair.first; });
}

const std::string& environment_of(const WorldState& world, Holder holder) {
  return holder.is_group ? world.groups[holder.index].environment
                         : world.services[holder.index].seed.environment;
}

/// Which event tells of a secret file is unknown: none.
void note(WorldState& world, Holder holder, AuditEvent event, ValueChange change) {
  if (!model::is_file_key(change.key)) {
    record(world, event, change.by,
           holder.is_group ? world.groups[holder.index].id : world.services[holder.index].seed.id);
  }
  changes_of(world, holder).push_back(std::move(change));
}

void deploy_if_automatic(WorldState& world, std::size_t service) {
  const SeedService& seed = world.services[service].seed;
  if (seed.auto_deploy && !seed.suspended) create_deploy(world, service, DeployOrder("service_updated"));
}

void value_changed(WorldState& world, Holder holder) {
  if (!world.behaviour.value_deploys) return;
  if (!holder.is_group) return deploy_if_automatic(world, holder.index);
  const std::vector<std::size_t> linked = world.groups[holder.index].links;
  for (const std::size_t service : linked) deploy_if_automatic(world, service);
}

/// The value after the first `version` changes.
const std::string* value_at(const WorldState& world, Holder holder, std::string_view key,
                            std::size_t version) {
  const auto& changes = changes_of(world, holder);
  for (std::size_t i = version; i < changes.size(); ++i) {
    if (changes[i].key == key) return changes[i].before ? &*changes[i].before : nullptr;
  }
  return value_of(world, holder, key);
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

}  // namespace

std::optional<Holder> find_holder(const WorldState& world, std::string_view id) {
  if (const auto group = world.find_group(id)) return Holder{true, *group};
  if (const auto service = world.find_service(id)) return Holder{false, *service};
  return std::nullopt;
}

void set_variable(WorldState& world, Holder holder, std::string_view key, std::string value, Actor by) {
  Variables& pairs = pairs_of(world, holder, model::is_file_key(key));
  ValueChange change{.at = world.now, .by = std::move(by), .key = std::string(key)};
  const auto present = find(pairs, key);
  if (present == pairs.end()) {
    pairs.emplace_back(name_of(key), std::move(value));
    note(world, holder, AuditEvent::CreateEnvVarsEvent, std::move(change));
  } else {
    change.before = std::exchange(present->second, std::move(value));
    note(world, holder, AuditEvent::UpdateEnvVarsEvent, std::move(change));
  }
  value_changed(world, holder);
}

bool remove_variable(WorldState& world, Holder holder, std::string_view key, Actor by) {
  Variables& pairs = pairs_of(world, holder, model::is_file_key(key));
  const auto present = find(pairs, key);
  if (present == pairs.end()) return false;
  ValueChange change{.at = world.now, .by = std::move(by), .key = std::string(key)};
  change.before = std::move(present->second);
  pairs.erase(present);
  note(world, holder, AuditEvent::DeleteEnvVarsEvent, std::move(change));
  value_changed(world, holder);
  return true;
}

const std::string* value_of(const WorldState& world, Holder holder, std::string_view key) {
  const Variables& pairs = pairs_of(world, holder, model::is_file_key(key));
  const auto present = find(pairs, key);
  return present == pairs.end() ? nullptr : &present->second;
}

const std::string* carried_value(const WorldState& world, const Deploy& deploy, std::string_view holder_id,
                                 std::string_view key) {
  for (std::size_t i = 0; i < deploy.groups.size(); ++i) {
    if (deploy.groups[i] != holder_id) continue;
    const auto group = std::ranges::find(world.groups, holder_id, &Group::id);
    const auto index = static_cast<std::size_t>(group - world.groups.begin());
    return value_at(world, {true, index}, key, deploy.group_versions[i]);
  }
  const bool own = deploy.own_version && world.services[deploy.service].seed.id == holder_id;
  return own ? value_at(world, {false, deploy.service}, key, *deploy.own_version) : nullptr;
}

ProtectedValues visibility(const WorldState& world, std::string_view environment) {
  const auto found = std::ranges::find(world.environments, environment, &SeedEnvironment::id);
  const bool is_protected = found != world.environments.end() && found->is_protected;
  return is_protected ? world.behaviour.protected_values : ProtectedValues::shown;
}

std::string_view as_shown(ProtectedValues visibility, std::string_view value) {
  return visibility == ProtectedValues::shown ? value : "********";
}

tl::expected<NewValue, Reply> new_value(WorldState& world, std::string key, const json::Value& body) {
  const bool is_file = model::is_file_key(key);
  const json::Value* given = body.find(is_file ? "content" : "value");
  const json::Value* generate = is_file ? nullptr : body.find("generateValue");
  if (!is_file && !is_variable_name(key))
    return tl::unexpected(refuse(400, "invalid environment variable name"));
  if (given != nullptr && given->is_text()) {
    if (!is_file && given->text.empty() && world.behaviour.empty_value == EmptyValue::refused)
      return tl::unexpected(refuse(400, "value must not be empty"));
    return NewValue{std::move(key), std::string(given->text)};
  }
  if (generate != nullptr && generate->truth) return NewValue{std::move(key), generated_value(world)};
  return tl::unexpected(refuse(400, is_file ? "content is required" : "value or generateValue is required"));
}

std::optional<Reply> too_large(const Variables& files, const NewValue& more) {
  std::size_t bytes = more.value.size();
  for (const auto& [name, content] : files) bytes += name == name_of(more.key) ? 0 : content.size();
  if (bytes <= most_of_files) return std::nullopt;
  return refuse(400, "secret files exceed 1 MB");
}

Reply one_value(const WorldState& world, Holder holder, std::string_view key) {
  const std::string* value = value_of(world, holder, key);
  if (value == nullptr) return not_found(name_of(key));
  const bool is_file = model::is_file_key(key);
  return answer_object([&](json::Writer& out) {
    out(is_file ? "name" : "key", name_of(key));
    out(is_file ? "content" : "value", as_shown(visibility(world, environment_of(world, holder)), *value));
  });
}

std::optional<Reply> value_routes(WorldState& world, const Call& call, Holder holder) {
  const bool files = call.at(3) == "secret-files";
  const std::string key = files ? model::file_key(call.at(4)) : std::string(call.at(4));
  const ProtectedValues shown = visibility(world, environment_of(world, holder));
  const bool reads = call.method == api::Method::get;
  if (shown == ProtectedValues::refused || (shown == ProtectedValues::hidden && !reads))
    return refuse(403, "forbidden");
  if (reads) return one_value(world, holder, key);
  if (call.method == api::Method::delete_)
    return remove_variable(world, holder, key, caller()) ? Reply{204, ""} : not_found(call.at(4));
  if (call.method != api::Method::put) return wrong_method();
  const Body body(call.body);
  if (!body.is_object()) return refuse(400, "invalid JSON");
  auto value = new_value(world, key, body.root());
  if (!value) return value.error();
  if (auto refusal = files ? too_large(pairs_of(world, holder, true), *value) : std::nullopt) return refusal;
  set_variable(world, holder, value->key, std::move(value->value), caller());
  return std::nullopt;
}

}  // namespace envlink::emulator
