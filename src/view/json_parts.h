#pragma once
// What several documents for programs have in common. They are written with json::document().

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "json/writer.h"
#include "plan/verification.h"

namespace envlink::view {

/// {"id": …, "name": …}
struct Named {
  std::string_view id;
  std::string_view name;
};
void fields(auto& visit, json::Like<Named> auto& named) {
  visit("id", named.id);
  visit("name", named.name);
}

/// Of whatever has an id and a name: a service, a group, a workspace. It must live on.
Named named(const auto& thing) {
  return {thing.id.text(), thing.name};
}

/// To the second.
inline std::optional<std::int64_t> whole_seconds(const std::optional<Duration>& span) {
  if (!span) return std::nullopt;
  return std::chrono::round<std::chrono::seconds>(*span).count();
}

/// To the millisecond.
inline double seconds_of(Duration span) {
  return std::chrono::duration<double>(std::chrono::round<std::chrono::milliseconds>(span)).count();
}

/// Without `version`: a run's outcome holds one too.
void write_verification(json::Writer& out, const plan::Verification& verification);

}  // namespace envlink::view
