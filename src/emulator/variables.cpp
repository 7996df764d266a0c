#include "emulator/variables.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "emulator/audit_log.h"
#include "emulator/deploys.h"
#include "emulator/ids.h"
#include "model/variable.h"

namespace envlink::emulator {
namespace {

// `world`: const or not.
auto& pairs_of(auto& world, Holder holder, bool files) {
  if (holder.is_group) {
    auto& group = world.groups[holder.index];
    return files ? group.secret_files : group.variables;
  }
  auto& seed = world.services[holder.index].seed;
  return files ? seed.secret_files : seed.variables;
}
auto& changes_of(auto& world, Holder holder) {
  return holder.is_group ? world.groups[holder.index].changes : world.services[holder.index].changes;
}

auto find(auto& pairs, std::string_view name) {
  return std::ranges::find(pairs, name, [](const auto& pair) -> std::string_view { return pair.first; });
}

std::string key_of(ValueName name) {
  return name.is_file ? model::file_key(name.text) : std::string(name.text);
}

const std::string& environment_of(const WorldState& world, Holder holder) {
  return holder.is_group ? world.groups[holder.index].environment
                         : world.services[holder.index].seed.environment;
}

ProtectedValues protected_values(const WorldState& world, std::string_view environment) {
  const Environment* found = world.find_environment(environment);
  return found != nullptr && found->is_protected() ? world.behaviour.protected_values
                                                   : ProtectedValues::shown;
}

/// Render's event for a secret file is unknown, so there is none.
void note(WorldState& world, Holder holder, ValueName name, AuditEvent event, ValueChange change) {
  if (!name.is_file) {
    record(world, event, change.by,
           holder.is_group ? world.groups[holder.index].id : world.services[holder.index].seed.id);
  }
  changes_of(world, holder).push_back(std::move(change));
}

/// The value after the first `version` changes.
const std::string* value_at(const WorldState& world, Holder holder, ValueName name, std::size_t version) {
  const auto& changes = changes_of(world, holder);
  const std::string key = key_of(name);
  for (std::size_t i = version; i < changes.size(); ++i) {
    if (changes[i].key == key) return changes[i].before ? &*changes[i].before : nullptr;
  }
  return value_of(world, holder, name);
}

bool is_variable_name(std::string_view key) {
  if (key.empty() || key.size() > 256 || (key.front() >= '0' && key.front() <= '9')) return false;
  return std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
}

/// It becomes the name of a file in a folder. What Render refuses is unknown.
bool is_file_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         std::ranges::none_of(name, [](char c) { return c == '/' || (c >= 0 && c < ' ') || c == 0x7f; });
}

std::string generated_value(WorldState& world) {
  const std::uint64_t number = mix(world.seed) + ++world.made;
  return make_hex(number, 40) + "abc=";  // 44 characters, the length of Render's
}

Reply files_too_large() {
  return refuse(400, "secret files exceed 1 MB");
}

tl::expected<std::string, Reply> new_value(WorldState& world, const VariableInput& input) {
  if (!is_variable_name(input.key)) return tl::unexpected(refuse(400, "invalid environment variable name"));
  if (input.value && input.value->empty() && world.behaviour.empty_value == EmptyValue::refused)
    return tl::unexpected(refuse(400, "value must not be empty"));
  if (input.value) return *input.value;
  if (input.generate) return generated_value(world);
  return tl::unexpected(refuse(400, "value or generateValue is required"));
}

struct ContentInput {
  std::string content;
};
void fields(auto& visit, json::Like<ContentInput> auto& input) {
  visit("content", input.content);
}
struct ValueInput {
  VariableInput variable;
};
void fields(auto& visit, json::Like<ValueInput> auto& input) {
  visit("value", input.variable.value);
  visit.later("generateValue", input.variable.generate);
}

tl::expected<std::string, Reply> put_variable(WorldState& world, const Call& call, ValueName name) {
  auto body = read_body<ValueInput>(call);
  if (!body) return tl::unexpected(body.error());
  body->variable.key = name.text;
  return new_value(world, body->variable);
}

tl::expected<std::string, Reply> put_file(const WorldState& world, const Call& call, Holder holder,
                                          ValueName name) {
  auto body = read_body<ContentInput>(call);
  if (!body) return tl::unexpected(body.error());
  if (!is_file_name(name.text)) return tl::unexpected(refuse(400, "invalid name"));
  std::size_t bytes = body->content.size();
  for (const auto& [other, content] : pairs_of(world, holder, true))
    bytes += other == name.text ? 0 : content.size();
  if (bytes > most_of_files) return tl::unexpected(files_too_large());
  return std::move(body->content);
}

}  // namespace

std::optional<Holder> find_holder(const WorldState& world, std::string_view id) {
  if (const auto group = world.find_group(id)) return Holder{true, *group};
  if (const auto service = world.find_service(id)) return Holder{false, *service};
  return std::nullopt;
}

ValueName value_name(std::string_view key) {
  const bool is_file = model::is_file_key(key);
  return {is_file, is_file ? key.substr(model::file_prefix.size()) : key};
}

void set_value(WorldState& world, Holder holder, ValueName name, std::string value, Actor by) {
  Variables& pairs = pairs_of(world, holder, name.is_file);
  ValueChange change{.at = world.now, .by = std::move(by), .key = key_of(name)};
  const auto present = find(pairs, name.text);
  if (present == pairs.end()) {
    pairs.emplace_back(name.text, std::move(value));
    return note(world, holder, name, AuditEvent::CreateEnvVarsEvent, std::move(change));
  }
  change.before = std::exchange(present->second, std::move(value));
  note(world, holder, name, AuditEvent::UpdateEnvVarsEvent, std::move(change));
}

bool remove_value(WorldState& world, Holder holder, ValueName name, Actor by) {
  Variables& pairs = pairs_of(world, holder, name.is_file);
  const auto present = find(pairs, name.text);
  if (present == pairs.end()) return false;
  ValueChange change{.at = world.now, .by = std::move(by), .key = key_of(name)};
  change.before = std::move(present->second);
  pairs.erase(present);
  note(world, holder, name, AuditEvent::DeleteEnvVarsEvent, std::move(change));
  return true;
}

void replace_values(WorldState& world, Holder holder, bool files, Variables values, const Actor& by) {
  Variables& pairs = pairs_of(world, holder, files);
  std::map<std::string, std::string> old(std::move_iterator(pairs.begin()), std::move_iterator(pairs.end()));
  pairs = std::move(values);  // in the order of the body
  const auto changed = [&](const std::string& name, AuditEvent event, std::optional<std::string> before) {
    const ValueName of{files, name};
    note(world, holder, of, event, {world.now, by, key_of(of), std::move(before)});
  };
  for (const auto& [name, value] : pairs) {
    auto before = old.extract(name);
    if (!before) {
      changed(name, AuditEvent::CreateEnvVarsEvent, std::nullopt);
    } else if (before.mapped() != value) {
      changed(name, AuditEvent::UpdateEnvVarsEvent, std::move(before.mapped()));
    }
  }
  for (auto& [name, value] : old) changed(name, AuditEvent::DeleteEnvVarsEvent, std::move(value));
}

Variables shown_values(const WorldState& world, const Group& group, bool files, bool lags) {
  Variables shown = files ? group.secret_files : group.variables;
  if (world.behaviour.value_lag <= Duration{0} || !lags) return shown;
  for (auto change = group.changes.rbegin(); change != group.changes.rend(); ++change) {
    if (world.now - change->at >= world.behaviour.value_lag) break;
    const ValueName name = value_name(change->key);
    if (name.is_file != files) continue;
    const auto present = find(shown, name.text);
    if (!change->before) {
      if (present != shown.end()) shown.erase(present);
    } else if (present != shown.end()) {
      present->second = *change->before;
    } else {
      shown.emplace_back(name.text, *change->before);
    }
  }
  return shown;
}

const std::string* value_of(const WorldState& world, Holder holder, ValueName name) {
  const Variables& pairs = pairs_of(world, holder, name.is_file);
  const auto present = find(pairs, name.text);
  return present == pairs.end() ? nullptr : &present->second;
}

const std::string* carried_value(const WorldState& world, const Deploy& deploy, std::string_view holder_id,
                                 ValueName name) {
  for (std::size_t i = 0; i < deploy.groups.size(); ++i) {
    if (deploy.groups[i] != holder_id) continue;
    const auto group = std::ranges::find(world.groups, holder_id, &Group::id);
    const auto index = static_cast<std::size_t>(group - world.groups.begin());
    return value_at(world, {true, index}, name, deploy.group_versions[i]);
  }
  const bool own = deploy.own_version && world.services[deploy.service].seed.id == holder_id;
  return own ? value_at(world, {false, deploy.service}, name, *deploy.own_version) : nullptr;
}

bool may_do(const WorldState& world, std::string_view environment, api::Method method) {
  const ProtectedValues values = protected_values(world, environment);
  return values == ProtectedValues::shown ||
         (values == ProtectedValues::hidden && method == api::Method::get);
}

std::string_view as_shown(const WorldState& world, std::string_view environment, std::string_view value) {
  return protected_values(world, environment) == ProtectedValues::shown ? value : "********";
}

void deploy_for_value(WorldState& world, Holder holder) {
  if (!world.behaviour.value_deploys) return;
  if (!holder.is_group) return deploy_by_itself(world, holder.index);
  const std::vector<std::size_t> linked = world.groups[holder.index].links;
  for (const std::size_t service : linked) deploy_by_itself(world, service);
}

tl::expected<Variables, Reply> new_variables(WorldState& world, const std::vector<VariableInput>& inputs) {
  Variables variables;
  std::set<std::string_view> names;
  for (const VariableInput& input : inputs) {
    auto value = new_value(world, input);
    if (!value) return tl::unexpected(std::move(value.error()));
    // Render's answer to a repeated name is unknown.
    if (!names.insert(input.key).second) return tl::unexpected(refuse(400, "duplicate name: " + input.key));
    variables.emplace_back(input.key, std::move(*value));
  }
  return variables;
}

tl::expected<Variables, Reply> new_files(const std::vector<FileInput>& inputs) {
  Variables files;
  std::set<std::string_view> names;
  std::size_t bytes = 0;
  for (const FileInput& input : inputs) {
    bytes += input.content.size();
    if (!is_file_name(input.name)) return tl::unexpected(refuse(400, "invalid name"));
    if (bytes > most_of_files) return tl::unexpected(files_too_large());
    if (!names.insert(input.name).second) return tl::unexpected(refuse(400, "duplicate name: " + input.name));
    files.emplace_back(input.name, input.content);
  }
  return files;
}

Reply one_value(const WorldState& world, Holder holder, ValueName name) {
  const std::string* value = value_of(world, holder, name);
  if (value == nullptr) return not_found(name.text);
  return answer_object([&](json::Writer& out) {
    out(name.is_file ? "name" : "key", name.text);
    out(name.is_file ? "content" : "value", as_shown(world, environment_of(world, holder), *value));
  });
}

std::optional<Reply> value_call(WorldState& world, const Call& call, Holder holder) {
  const ValueName name{call.at(3) == "secret-files", call.at(4)};
  if (!may_do(world, environment_of(world, holder), call.method)) return forbidden();
  if (call.method == api::Method::get) return one_value(world, holder, name);
  if (call.method == api::Method::delete_) {
    if (!remove_value(world, holder, name, caller())) return not_found(name.text);
    deploy_for_value(world, holder);
    return Reply{204};
  }
  auto value = name.is_file ? put_file(world, call, holder, name) : put_variable(world, call, name);
  if (!value) return value.error();
  set_value(world, holder, name, std::move(*value), caller());
  deploy_for_value(world, holder);
  return std::nullopt;
}

}  // namespace envlink::emulator
