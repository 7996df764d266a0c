#pragma once
// The operations of Render's API document: which of them the model has, and what each takes. One table, used
// by the router, the list at /_emulator/operations and docs/emulator.md.

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/message.h"
#include "emulator/call.h"
#include "emulator/windows.h"

namespace envlink::emulator {

enum class ParameterKind { text, truth, whole, time, word };

/// A parameter of a query. Lists are accepted in both forms: name=a,b and name=a&name=b.
struct Parameter {
  std::string_view name;
  ParameterKind kind = ParameterKind::text;
  bool required = false;
  std::span<const std::string_view> words{};  // for ParameterKind::word
};

/// The parameters of all lists with pages. page_of() checks them.
inline constexpr Parameter cursor_parameter{"cursor"};
constexpr Parameter time_parameter(std::string_view name) {
  return {name, ParameterKind::time};
}
inline constexpr Parameter limit_parameter{"limit", ParameterKind::whole};
inline constexpr std::array page_parameters = {cursor_parameter, limit_parameter};
/// Those that Query::in_range() reads for "created" and "updated".
inline constexpr std::array change_parameters = {
    time_parameter("createdBefore"), time_parameter("createdAfter"), time_parameter("updatedBefore"),
    time_parameter("updatedAfter")};

template <std::size_t... counts>
constexpr auto joined(const std::array<Parameter, counts>&... parts) {
  std::array<Parameter, (counts + ...)> all{};
  auto out = all.begin();
  ((out = std::ranges::copy(parts, out).out), ...);
  return all;
}

// Words that several operations take.
inline constexpr auto suspended_words = std::to_array<std::string_view>({"suspended", "not_suspended"});
inline constexpr auto directions = std::to_array<std::string_view>({"forward", "backward"});

using Handler = Reply (*)(WorldState&, const Call&);

struct Operation {
  api::Method method = api::Method::get;
  std::string_view path;      // as in Render's document: "/services/{serviceId}"
  Handler handler = nullptr;  // nullptr: not modelled
  std::span<const Parameter> query{};
  bool needs_body = false;
  std::optional<BucketKind> bucket{};  // unset: reads or writes
  std::string_view lacks{};            // what the model leaves out
};

std::span<const Operation> action_operations();
std::span<const Operation> audit_log_operations();
std::span<const Operation> deploy_operations();
std::span<const Operation> disk_operations();
std::span<const Operation> domain_operations();
std::span<const Operation> empty_list_operations();
std::span<const Operation> environment_operations();
std::span<const Operation> event_operations();
std::span<const Operation> group_operations();
std::span<const Operation> log_operations();
std::span<const Operation> log_stream_operations();
std::span<const Operation> notification_operations();
std::span<const Operation> owner_operations();
std::span<const Operation> preview_operations();
std::span<const Operation> project_operations();
std::span<const Operation> service_operations();
std::span<const Operation> site_operations();
std::span<const Operation> value_operations();
std::span<const Operation> webhook_operations();
std::span<const Operation> unmodelled_operations();

/// What is wrong with the query, as the message of a 400; empty: nothing.
std::string problem_in(const Query& query, std::span<const Parameter> parameters);

/// Handles a call of a service's operation: "/services/{serviceId}/…".
template <Reply (*handle)(WorldState&, const Call&, std::size_t service)>
Reply of_service(WorldState& world, const Call& call) {
  const auto service = world.find_service(call.at(2));
  return service ? handle(world, call, *service) : not_found(call.at(2));
}

}  // namespace envlink::emulator
