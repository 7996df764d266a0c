#pragma once
// Projects and their environments. What a body sets is read and written under Render's names.

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/words.h"
#include "emulator/service_details.h"
#include "json/writer.h"

namespace envlink::emulator {

struct WorldState;

enum class ProtectedStatus { unprotected, protected_ };
constexpr auto words(ProtectedStatus) {
  return std::to_array<std::string_view>({"unprotected", "protected"});
}

struct Project {
  std::string id;
  std::string name;
  Time created{};
  Time updated{};
  bool deleted = false;
};

struct EnvironmentSettings {
  std::string name;
  ProtectedStatus status = ProtectedStatus::unprotected;
  bool isolated = false;  // its private network
  std::optional<std::vector<AddressRange>> allowed_addresses{};
};
void fields(auto& visit, json::Like<EnvironmentSettings> auto& settings) {
  visit.later("name", settings.name);
  visit.later("protectedStatus", settings.status);
  visit.later("networkIsolationEnabled", settings.isolated);
  visit("ipAllowList", settings.allowed_addresses);
}

struct Environment {
  std::string id;
  std::string project;  // its id
  EnvironmentSettings settings;
  Time created{};
  Time updated{};
  bool deleted = false;

  bool is_protected() const { return settings.status == ProtectedStatus::protected_; }
};

/// Creates an environment; returns its index.
std::size_t add_environment(WorldState& world, const std::string& project, EnvironmentSettings settings);
/// Whether it has no services and no groups.
bool is_empty(const WorldState& world, const Environment& environment);

}  // namespace envlink::emulator
