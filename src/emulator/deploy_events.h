#pragma once
// The events of deploys, derived from the deploys: an event exists from the moment at which it happened.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/world_state.h"
#include "json/writer.h"

namespace envlink::emulator {

/// In the order in which they happen.
enum class Happening : std::uint64_t {
  deploy_started,
  build_started,
  build_ended,
  pre_deploy_started,
  pre_deploy_ended,
  service_cause,  // the cause of a failure that has its own event
  deploy_ended
};
inline constexpr std::array happenings = {Happening::deploy_started,   Happening::build_started,
                                          Happening::build_ended,      Happening::pre_deploy_started,
                                          Happening::pre_deploy_ended, Happening::service_cause,
                                          Happening::deploy_ended};

struct DeployEvent {
  std::size_t deploy = 0;  // its index
  Happening what{};
};

/// Unset: it has not happened.
std::optional<Time> time_of(const WorldState& world, const DeployEvent& event);
/// Orders the events of all deploys; the source of the id.
std::uint64_t number_of(const DeployEvent& event);
std::string id_of(const WorldState& world, const DeployEvent& event);
/// Not always an EventType: some causes have words that are newer than Render's document.
std::string_view type_of(const WorldState& world, const DeployEvent& event);
/// "succeeded", "failed" or "canceled" for the end of a build or a deploy, else empty.
std::string_view status_of(const WorldState& world, const DeployEvent& event);
void write_details(json::Writer& out, const WorldState& world, const DeployEvent& event);

}  // namespace envlink::emulator
