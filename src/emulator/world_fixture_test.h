#pragma once
// For tests: a World in virtual time, and a client that calls it directly.

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "emulator/world.h"

namespace envlink::emulator::test {

using std::chrono::minutes;
using std::chrono::seconds;

// A whole minute, where a rate-limit window starts.
inline const Time start = parse_rfc3339("2026-11-23T21:17:00Z").value();
inline constexpr std::string_view key = "Bearer rnd_example";

inline SeedService service(std::string id, std::string name) {
  SeedService seed;
  seed.id = std::move(id);
  seed.name = std::move(name);
  return seed;
}

inline SeedGroup group(std::string id, std::string name) {
  SeedGroup seed;
  seed.id = std::move(id);
  seed.name = std::move(name);
  seed.variables = {{"DATABASE_URL", "postgres://secret"}, {"TOKEN", "t0ken"}};
  return seed;
}

/// One web service (90 s build, 15 s start) and one group that is not linked to it.
inline Workspace small_workspace() {
  Workspace workspace;
  workspace.services = {service("srv-api", "api")};
  workspace.groups = {group("evg-secrets", "secrets")};
  return workspace;
}

struct Client {
  explicit Client(Workspace workspace = small_workspace(), double speed = 1.0)
      : world(std::move(workspace), start, speed) {}

  api::Response send(api::Method method, std::string_view path, std::string_view body = {}) {
    return world.handle(method, "/v1" + std::string(path), key, body, now);
  }
  api::Response get(std::string_view path) { return send(api::Method::get, path); }
  api::Response post(std::string_view path, std::string_view body = {}) {
    return send(api::Method::post, path, body);
  }
  api::Response remove(std::string_view path) { return send(api::Method::delete_, path); }
  boost::json::value read(std::string_view path) { return boost::json::parse(get(path).body); }
  /// The status of the service's newest deploy.
  std::string newest(std::string_view service_id = "srv-api") {
    const auto list = read("/services/" + std::string(service_id) + "/deploys?limit=1");
    return std::string(list.at(0).at("deploy").at("status").as_string());
  }
  void pass(Duration span) { now += span; }

  World world;
  Time now = start;
};

inline std::string text(const boost::json::value& value, std::string_view name) {
  return std::string(value.at(name).as_string());
}

}  // namespace envlink::emulator::test
