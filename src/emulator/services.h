#pragma once
// A service in the API's format.

#include <string_view>

#include "emulator/world_state.h"
#include "json/writer.h"

namespace envlink::emulator {

constexpr std::string_view region = "oregon";

std::string_view runtime_of(const SeedService& seed);
/// Render's word for its automatic deploys.
std::string_view auto_deploy_trigger(const SeedService& seed);
/// The short type in a group's serviceLinks: static, web, pserv, worker, cron.
std::string_view short_type(model::ServiceType type);
void write_service(json::Writer& out, const WorldState& world, const Service& service);

}  // namespace envlink::emulator
