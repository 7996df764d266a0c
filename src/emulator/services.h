#pragma once
// Services as replies show them, and the checks that several operations share.

#include <optional>
#include <string_view>
#include <vector>

#include "emulator/call.h"
#include "emulator/world_state.h"
#include "json/writer.h"

namespace envlink::emulator {

/// "commit", "checksPass" or "off".
std::string_view auto_deploy_trigger(const SeedService& seed);
/// The type as in serviceLinks and in addresses of the Dashboard: "web", "pserv".
std::string_view short_type(model::ServiceType type);
/// The fields of Render's service object.
void write_service(json::Writer& out, const WorldState& world, const Service& service);

// Why a body cannot be; unset: it can. Render's words are unknown.
std::optional<Reply> refused_autoscaling(const Autoscaling& autoscaling);
std::optional<Reply> refused_disk(const NewDisk& disk);
std::optional<Reply> refused_rules(const std::vector<HeaderRule>& headers,
                                   const std::vector<RouteRule>& routes);

/// Names are unique within a scope, as Render documents; its answer to a second one is unknown.
bool is_name_taken(const WorldState& world, const std::string& name, const std::string& environment,
                   const Service* but = nullptr);

/// Gives a static site these rules, with new ids.
void set_rules(WorldState& world, Service& site, std::vector<HeaderRule> headers,
               std::vector<RouteRule> routes);

}  // namespace envlink::emulator
