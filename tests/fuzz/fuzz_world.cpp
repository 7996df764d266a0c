// Any sequence of requests and time steps: the World answers each request with JSON or an empty body,
// reports its rate limits, runs at most one deploy per service, and always comes to rest. Each line is a
// step: the first byte is a method or a time step; for a method, the target follows, then a tab and the
// body.

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

#include "base/text.h"
#include "emulator/faults.h"
#include "emulator/world.h"

namespace {

using namespace envlink;

void require(bool holds) {
  if (!holds) std::abort();
}

struct OfFile {
  std::string_view id;
  model::ServiceType type;
};
/// The services that the world begins with.
constexpr OfFile services_of_file[] = {{"srv-0", model::ServiceType::web_service},
                                       {"crn-1", model::ServiceType::cron_job},
                                       {"srv-2", model::ServiceType::static_site}};

emulator::Workspace workspace(std::uint8_t choice) {
  emulator::Workspace out;
  for (const OfFile& service : services_of_file) {
    emulator::SeedService seed;
    seed.id = service.id;
    seed.name = fmt::format("app{}", out.services.size());
    seed.type = service.type;
    seed.image = (choice & 1U) != 0 && service.type != model::ServiceType::static_site;
    seed.outcome = static_cast<emulator::Outcome>(choice / 2 % 5);
    out.services.push_back(std::move(seed));
  }
  emulator::SeedGroup group;
  group.id = "evg-0";
  group.name = "group";
  group.variables = {{"KEY", "value"}};
  out.groups.push_back(std::move(group));
  out.behaviour.overlap = (choice & 16U) != 0 ? emulator::Overlap::override_ : emulator::Overlap::wait;
  out.behaviour.link_deploys = (choice & 32U) != 0;
  out.behaviour.service_patch_links = (choice & 64U) != 0;
  return out;
}

void check_reply(const api::Response& reply, bool api_path) {
  require((reply.status >= 200 && reply.status < 500) || (reply.status == 501 && api_path));
  require((reply.header("ratelimit-limit") != nullptr) == api_path);
  require(is_valid_utf8(reply.body));
  if (reply.body.empty()) return;
  boost::json::error_code error;
  boost::json::parse(reply.body, error);
  require(!error && reply.body.back() == '\n');
}

void check_deploys(const emulator::World& world) {
  std::map<std::string, int> running;
  std::map<std::string, int> live;
  std::map<std::string, int> queued;
  for (const auto& deploy : world.deploys()) {
    running[deploy.service_id] += deploy.status.ends_with("_in_progress") ? 1 : 0;
    live[deploy.service_id] += deploy.status == "live" ? 1 : 0;
    queued[deploy.service_id] += deploy.status == "queued" ? 1 : 0;
    require(deploy.status != "created");
  }
  for (const auto& [service, count] : live) {
    // A new service is not live before its first deploy.
    const bool was_live =
        std::ranges::find(services_of_file, service, &OfFile::id) != std::end(services_of_file);
    require(was_live ? count == 1 : count <= 1);
    require(running[service] <= 1 && queued[service] <= running[service]);
  }
}

/// Every webhook answers, so that no delivery is left.
void deliver_all(emulator::World& world, Time now) {
  constexpr std::size_t most = 100;
  for (auto due = world.due_deliveries(now, most); !due.empty(); due = world.due_deliveries(now, most)) {
    for (const emulator::Delivery& delivery : due) world.delivered(delivery.number, {.status = 200}, now);
  }
}

void step(emulator::World& world, std::string_view line, Time& now) {
  const std::uint8_t kind = static_cast<std::uint8_t>(line.front());
  line.remove_prefix(1);
  if (kind % 8 == 7) {
    now += std::chrono::seconds(kind);
    world.advance(now);
    return;
  }
  const std::size_t tab = line.find('\t');
  const std::string_view target = line.substr(0, tab);
  const std::string_view body = tab == std::string_view::npos ? std::string_view() : line.substr(tab + 1);
  const auto method = static_cast<api::Method>(kind % 5);
  emulator::matches(target, api::to_string(method), body);
  const std::string_view path = target.substr(0, target.find('?'));
  const auto reply = world.handle(method, target, "Bearer rnd_example", body, now);
  if (path.starts_with("/v1/") && reply.status != 404) check_reply(reply, true);
  if (!path.starts_with("/v1") && path.find('%') == std::string_view::npos) check_reply(reply, false);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Time now{std::chrono::days{20'000}};
  emulator::World world(workspace(data[0]), now);
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (end > 0) step(world, rest.substr(0, end), now);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  check_deploys(world);
  require(is_valid_utf8(world.state_json(now)));
  deliver_all(world, now + std::chrono::hours(1));
  require(!world.next_change());
  check_deploys(world);
  return 0;
}
