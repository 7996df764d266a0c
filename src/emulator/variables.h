#pragma once
// Variables of groups and services: who changed which of them and when, what they were before, and the calls
// that change them.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/routes.h"
#include "emulator/world_state.h"

namespace envlink::emulator {

/// Who has variables: a group or a service, by its index.
struct Holder {
  bool is_group = true;
  std::size_t index = 0;
};
std::optional<Holder> find_holder(const WorldState& world, std::string_view id);

void set_variable(WorldState& world, Holder holder, std::string_view key, std::string value, Actor by);
/// False: there is none of that key.
bool remove_variable(WorldState& world, Holder holder, std::string_view key, Actor by);

/// The value as it is now; nullptr: there is none.
const std::string* value_of(const WorldState& world, Holder holder, std::string_view key);
/// The value that a deploy took with it, also of a group that was deleted since; nullptr: it has none from
/// there.
const std::string* carried_value(const WorldState& world, const Deploy& deploy, std::string_view holder_id,
                                 std::string_view key);

// …/env-vars/{key}
/// The reply of a refusal; unset: it is set.
std::optional<Reply> put_variable(WorldState& world, const Call& call, Holder holder);
Reply delete_variable(WorldState& world, const Call& call, Holder holder);

}  // namespace envlink::emulator
