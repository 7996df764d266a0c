#include "emulator/world_state.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/percent.h"
#include "emulator/deploys.h"
#include "emulator/ids.h"

namespace envlink::emulator {
namespace {

template <class Items>
std::optional<std::size_t> index_of(const Items& items, std::string_view id) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].id == id) return i;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::size_t> WorldState::find_service(std::string_view id) const {
  for (std::size_t i = 0; i < services.size(); ++i) {
    if (services[i].seed.id == id) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> WorldState::find_group(std::string_view id) const {
  return index_of(groups, id);
}

std::optional<std::size_t> WorldState::find_deploy(std::string_view id) const {
  return index_of(deploys, id);
}

bool WorldState::is_linked(std::size_t group, std::size_t service) const {
  const auto& links = groups[group].links;
  return std::find(links.begin(), links.end(), service) != links.end();
}

std::vector<std::string> WorldState::groups_of(std::size_t service) const {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (is_linked(i, service)) out.push_back(groups[i].id);
  }
  return out;
}

std::string WorldState::new_id(std::string_view prefix) {
  return make_id(prefix, mix(seed) + ++made);
}

Duration WorldState::scaled(Duration span) const {
  constexpr double longest = 30.0 * 24 * 3600 * 1e6;  // a month; keeps sums of times far from their end
  const double length = static_cast<double>(span.count()) / speed;
  if (!(length > 0)) return Duration{0};
  return Duration(static_cast<Duration::rep>(std::min(length, longest)));
}

std::string WorldState::url_of(const Service& service) const {
  const bool has_pages = service.seed.type == model::ServiceType::web_service ||
                         service.seed.type == model::ServiceType::static_site;
  if (!has_pages) return fmt::format(FMT_COMPILE("{}:10000"), service.seed.name);
  if (health_base.empty()) return fmt::format(FMT_COMPILE("https://{}.onrender.com"), service.seed.name);
  return fmt::format(FMT_COMPILE("{}/{}"), health_base, percent_encode(service.seed.name));
}

bool set_link(WorldState& world, std::size_t group, std::size_t service, bool linked) {
  if (world.is_linked(group, service) == linked) return false;
  Group& changed = world.groups[group];
  if (linked) {
    changed.links.push_back(service);
  } else {
    std::erase(changed.links, service);
  }
  if (world.behaviour.link_touches_group) changed.updated = world.now;
  const SeedService& seed = world.services[service].seed;
  if (world.behaviour.link_deploys && seed.auto_deploy && !seed.suspended) {
    create_deploy(world, service, DeployOrder("service_updated"));
  }
  return true;
}

}  // namespace envlink::emulator
