#pragma once
// Variables and secret files of groups and services: who changed which of them and when, what they were
// before, and the calls that read and change them.

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

/// What a variable or a secret file is called.
struct ValueName {
  bool is_file = false;
  std::string_view text;
};
/// Of a key as in ValueChange. It holds as long as that.
ValueName value_name(std::string_view key);

void set_value(WorldState& world, Holder holder, ValueName name, std::string value, Actor by);
/// False: there is none of that name.
bool remove_value(WorldState& world, Holder holder, ValueName name, Actor by);

/// Variables or secret files of a group, as a read of this moment shows them: see Behaviour::value_lag.
Variables shown_values(const WorldState& world, const Group& group, bool files, bool lags);
/// The value as it is now; nullptr: there is none.
const std::string* value_of(const WorldState& world, Holder holder, ValueName name);
/// The value that a deploy took with it, also of a group that was deleted since; nullptr: it has none from
/// there.
const std::string* carried_value(const WorldState& world, const Deploy& deploy, std::string_view holder_id,
                                 ValueName name);

constexpr std::size_t most_of_files = 1 << 20;  // bytes of one holder's secret files together

// Behaviour::protected_values, of groups and services in that environment.
/// Whether the key may read values there (GET) or change them, and make, rename or delete what holds them.
bool may_do(const WorldState& world, std::string_view environment, api::Method method);
/// A value as the key sees it there.
std::string_view as_shown(const WorldState& world, std::string_view environment, std::string_view value);

/// From {value} or {generateValue: true}; of a file from {content}. Or why it is refused.
tl::expected<std::string, Reply> new_value(WorldState& world, ValueName name, const json::Value& body);
Reply files_too_large();

/// {key, value} or {name, content}, as it is shown to this key.
Reply one_value(const WorldState& world, Holder holder, ValueName name);
/// GET, PUT and DELETE of …/env-vars/{key} and …/secret-files/{name}. The reply to a PUT that took effect is
/// the holder's: unset.
std::optional<Reply> value_routes(WorldState& world, const Call& call, Holder holder);
/// What a call of value_routes is about.
ValueName named_in(const Call& call);

}  // namespace envlink::emulator
