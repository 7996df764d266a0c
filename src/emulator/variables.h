#pragma once
// Variables and secret files of groups and services: who changed which of them and when, what they were
// before, and the calls that read and change them. A secret file is called by its key, "file:ca.pem"
// (model::file_key).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "emulator/routes.h"
#include "emulator/world_state.h"

namespace envlink::emulator {

/// Who has variables: a group or a service, by its index.
struct Holder {
  bool is_group = true;
  std::size_t index = 0;
};
std::optional<Holder> find_holder(const WorldState& world, std::string_view id);

/// Plays what Behaviour says a change of values brings about.
void set_variable(WorldState& world, Holder holder, std::string_view key, std::string value, Actor by);
/// False: there is none of that key.
bool remove_variable(WorldState& world, Holder holder, std::string_view key, Actor by);

/// The value as it is now; nullptr: there is none.
const std::string* value_of(const WorldState& world, Holder holder, std::string_view key);
/// The value that a deploy took with it, also of a group that was deleted since; nullptr: it has none from
/// there.
const std::string* carried_value(const WorldState& world, const Deploy& deploy, std::string_view holder_id,
                                 std::string_view key);

/// How values in that environment answer this key: Behaviour::protected_values.
ProtectedValues visibility(const WorldState& world, std::string_view environment);
/// As it is shown to this key.
std::string_view as_shown(ProtectedValues visibility, std::string_view value);

struct NewValue {
  std::string key;
  std::string value;
};
/// Of {value} or {generateValue: true}, or of {content}. A reply: why it is refused.
tl::expected<NewValue, Reply> new_value(WorldState& world, std::string key, const json::Value& body);
/// A reply where those files would be too large together; `more`: to come to those that are there.
std::optional<Reply> too_large(const Variables& files, const NewValue& more);

/// {key, value} or {name, content}, as it is shown to this key.
Reply one_value(const WorldState& world, Holder holder, std::string_view key);
/// GET, PUT and DELETE of …/env-vars/{key} and …/secret-files/{name}. The reply to a PUT that took effect is
/// the holder's: unset.
std::optional<Reply> value_routes(WorldState& world, const Call& call, Holder holder);

}  // namespace envlink::emulator
