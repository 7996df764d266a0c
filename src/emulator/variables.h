#pragma once
// Variables and secret files of groups and services: their history, and the calls that read and change them.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "emulator/call.h"
#include "emulator/world_state.h"

namespace envlink::emulator {

/// The owner of variables: a group or a service, by its index.
struct Holder {
  bool is_group = true;
  std::size_t index = 0;
};
std::optional<Holder> find_holder(const WorldState& world, std::string_view id);

/// The name of a variable or a secret file.
struct ValueName {
  bool is_file = false;
  std::string_view text;
};
/// From a key as in ValueChange. Valid as long as the key.
ValueName value_name(std::string_view key);

void set_value(WorldState& world, Holder holder, ValueName name, std::string value, Actor by);
/// Sets these, and removes all others.
void replace_values(WorldState& world, Holder holder, bool files, Variables values, const Actor& by);
/// False: no value has that name.
bool remove_value(WorldState& world, Holder holder, ValueName name, Actor by);

/// A group's variables or secret files as a read shows them now: see Behaviour::value_lag.
Variables shown_values(const WorldState& world, const Group& group, bool files, bool lags);
/// The current value; nullptr: none.
const std::string* value_of(const WorldState& world, Holder holder, ValueName name);
/// The value that a deploy runs with, even if its group was deleted since; nullptr: none.
const std::string* carried_value(const WorldState& world, const Deploy& deploy, std::string_view holder_id,
                                 ValueName name);

constexpr std::size_t most_of_files = 1 << 20;  // total bytes of one owner's secret files

// Behaviour::protected_values, for groups and services in that environment.
/// Whether the key may read values there (GET), or change them and create, rename or delete their groups.
bool may_do(const WorldState& world, std::string_view environment, api::Method method);
/// The value as shown to the key.
std::string_view as_shown(const WorldState& world, std::string_view environment, std::string_view value);

/// A variable in a body: {key, value} or {key, generateValue: true}.
struct VariableInput {
  std::string key;
  std::optional<std::string> value;
  bool generate = false;
};
void fields(auto& visit, json::Like<VariableInput> auto& variable) {
  visit("key", variable.key);
  visit("value", variable.value);
  visit.later("generateValue", variable.generate);
}
struct FileInput {
  std::string name;
  std::string content;
};
void fields(auto& visit, json::Like<FileInput> auto& file) {
  visit("name", file.name);
  visit("content", file.content);
}
/// The values in the order of the body, or the refusal.
tl::expected<Variables, Reply> new_variables(WorldState& world, const std::vector<VariableInput>& inputs);
tl::expected<Variables, Reply> new_files(const std::vector<FileInput>& inputs);

/// {key, value} or {name, content}, as shown to this key.
Reply one_value(const WorldState& world, Holder holder, ValueName name);
/// GET, PUT and DELETE of …/env-vars/{key} and …/secret-files/{name}. Unset after a successful PUT: the
/// caller answers.
std::optional<Reply> value_call(WorldState& world, const Call& call, Holder holder);
/// Behaviour::value_deploys.
void deploy_for_value(WorldState& world, Holder holder);

}  // namespace envlink::emulator
