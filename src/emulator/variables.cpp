#include "emulator/variables.h"

#include <algorithm>
#include <utility>

#include "emulator/audit_log.h"
#include "emulator/ids.h"

namespace envlink::emulator {
namespace {

// `world`: constant or not.
auto& variables_of(auto& world, Holder holder) {
  return holder.is_group ? world.groups[holder.index].variables : world.services[holder.index].seed.variables;
}
auto& changes_of(auto& world, Holder holder) {
  return holder.is_group ? world.groups[holder.index].changes : world.services[holder.index].changes;
}

auto find(auto& variables, std::string_view key) {
  return std::find_if(variables.begin(), variables.end(),
                      [key](const auto& variable) { return variable.first == key; });
}

void note(WorldState& world, Holder holder, AuditEvent event, ValueChange change) {
  record(world, event, change.by,
         holder.is_group ? world.groups[holder.index].id : world.services[holder.index].seed.id);
  changes_of(world, holder).push_back(std::move(change));
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
  Variables& variables = variables_of(world, holder);
  ValueChange change{.at = world.now, .by = std::move(by), .key = std::string(key)};
  const auto present = find(variables, key);
  if (present == variables.end()) {
    variables.emplace_back(key, std::move(value));
    return note(world, holder, AuditEvent::CreateEnvVarsEvent, std::move(change));
  }
  change.before = std::exchange(present->second, std::move(value));
  note(world, holder, AuditEvent::UpdateEnvVarsEvent, std::move(change));
}

bool remove_variable(WorldState& world, Holder holder, std::string_view key, Actor by) {
  Variables& variables = variables_of(world, holder);
  const auto present = find(variables, key);
  if (present == variables.end()) return false;
  ValueChange change{.at = world.now, .by = std::move(by), .key = std::string(key)};
  change.before = std::move(present->second);
  variables.erase(present);
  note(world, holder, AuditEvent::DeleteEnvVarsEvent, std::move(change));
  return true;
}

const std::string* value_of(const WorldState& world, Holder holder, std::string_view key) {
  const Variables& variables = variables_of(world, holder);
  const auto present = find(variables, key);
  return present == variables.end() ? nullptr : &present->second;
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

std::optional<Reply> put_variable(WorldState& world, const Call& call, Holder holder) {
  const Body body(call.body);
  if (!body.is_object()) return refuse(400, "invalid JSON");
  if (!is_variable_name(call.at(4))) return refuse(400, "invalid environment variable name");
  const json::Value* given = body.find("value");
  const json::Value* generate = body.find("generateValue");
  if (given && given->is_text()) {
    set_variable(world, holder, call.at(4), std::string(given->text), caller());
  } else if (generate && generate->truth) {
    set_variable(world, holder, call.at(4), generated_value(world), caller());
  } else {
    return refuse(400, "value or generateValue is required");
  }
  return std::nullopt;
}

Reply delete_variable(WorldState& world, const Call& call, Holder holder) {
  return remove_variable(world, holder, call.at(4), caller()) ? Reply{204, ""} : not_found(call.at(4));
}

}  // namespace envlink::emulator
