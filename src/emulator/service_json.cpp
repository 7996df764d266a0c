#include "emulator/service_json.h"

#include <fmt/format.h>

#include <array>

namespace envlink::emulator {
namespace {

using model::ServiceType;

void write_env_specific(json::Writer& out, const SeedService& seed) {
  if (seed.image) {
    out("dockerCommand", "");
    out("dockerContext", "");
    out("dockerfilePath", "");
  } else {
    out("buildCommand", "npm ci");
    out("startCommand", "npm start");
  }
  if (seed.pre_deploy > Duration{0}) out("preDeployCommand", "npm run migrate");
}

void write_parent(json::Writer& out, const WorldState& world, const SeedService& seed) {
  if (seed.preview_of.empty()) return;
  for (const Service& other : world.services) {
    if (other.seed.id != seed.preview_of && other.seed.name != seed.preview_of) continue;
    return out("parentServer", [&](json::Writer& parent) {
      parent("id", other.seed.id);
      parent("name", other.seed.name);
    });
  }
}

void write_details(json::Writer& out, const WorldState& world, const Service& service) {
  const SeedService& seed = service.seed;
  out("buildPlan", "starter");
  if (seed.type != ServiceType::cron_job) write_parent(out, world, seed);
  if (seed.type == ServiceType::static_site) {
    out("buildCommand", "npm run build");
    out("publishPath", "dist");
    out("url", world.url_of(service));
    return;
  }
  out("env", runtime_of(seed));
  out("runtime", runtime_of(seed));
  out("envSpecificDetails", [&](json::Writer& details) { write_env_specific(details, seed); });
  out("plan", "starter");
  out("region", region);
  if (seed.type == ServiceType::cron_job) {
    out("schedule", "0 3 * * *");
  } else {
    out("numInstances", 1);
  }
  if (seed.type == ServiceType::web_service) out("healthCheckPath", seed.health_check_path);
  if (seed.type == ServiceType::web_service || seed.type == ServiceType::private_service) {
    out.list("openPorts", std::array{10000}, [](json::Writer& port, int number) {
      port("port", number);
      port("protocol", "TCP");
    });
    out("url", world.url_of(service));
  }
}

void write_source(json::Writer& out, const SeedService& seed) {
  if (seed.image) {
    out("imagePath", fmt::format("docker.io/example/{}:latest", seed.name));
  } else {
    out("branch", "main");
    out("repo", fmt::format("https://github.com/example/{}", seed.name));
  }
}

}  // namespace

std::string_view runtime_of(const SeedService& seed) {
  return seed.image ? "image" : "node";
}

std::string_view short_type(ServiceType type) {
  switch (type) {
    case ServiceType::static_site:
      return "static";
    case ServiceType::private_service:
      return "pserv";
    case ServiceType::background_worker:
      return "worker";
    case ServiceType::cron_job:
      return "cron";
    case ServiceType::web_service:
    case ServiceType::unknown:
      break;
  }
  return "web";
}

void write_service(json::Writer& out, const WorldState& world, const Service& service) {
  const SeedService& seed = service.seed;
  out("autoDeploy", seed.auto_deploy ? "yes" : "no");
  out("autoDeployTrigger", seed.auto_deploy ? "commit" : "off");
  out("createdAt", service.created);
  out("dashboardUrl", fmt::format("https://dashboard.render.com/{}/{}", short_type(seed.type), seed.id));
  out.if_any("environmentId", seed.environment);
  out("id", seed.id);
  out("name", seed.name);
  out("notifyOnFail", "default");
  out("ownerId", world.owner_id);
  write_source(out, seed);
  out("rootDir", "");
  out("serviceDetails", [&](json::Writer& details) { write_details(details, world, service); });
  out("slug", seed.name);
  out("suspended", seed.suspended ? "suspended" : "not_suspended");
  out("suspenders", std::vector<std::string_view>(seed.suspended ? 1 : 0, "user"));
  out("type", seed.type);
  out("updatedAt", service.updated);
}

}  // namespace envlink::emulator
