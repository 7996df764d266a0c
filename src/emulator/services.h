#pragma once
// Services as replies show them.

#include <string_view>
#include <vector>

#include "emulator/world_state.h"
#include "json/writer.h"

namespace envlink::emulator {

/// "commit", "checksPass" or "off".
std::string_view auto_deploy_trigger(const SeedService& seed);
/// The type as in serviceLinks and in addresses of the Dashboard: "web", "pserv".
std::string_view short_type(model::ServiceType type);
/// The fields of Render's service object.
void write_service(json::Writer& out, const WorldState& world, const Service& service);

/// Gives a static site these rules, with new ids.
void set_rules(WorldState& world, Service& site, std::vector<HeaderRule> headers,
               std::vector<RouteRule> routes);

}  // namespace envlink::emulator
