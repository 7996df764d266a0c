#include "emulator/service_json.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include "emulator/routes.h"

namespace envlink::emulator {
namespace {

using model::ServiceType;

void write_env_specific(JsonWriter& json, const SeedService& seed) {
  json.key("envSpecificDetails");
  json.begin_object();
  if (seed.image) {
    json.member("dockerCommand", "");
    json.member("dockerContext", "");
    json.member("dockerfilePath", "");
  } else {
    json.member("buildCommand", "npm ci");
    json.member("startCommand", "npm start");
  }
  if (seed.pre_deploy > Duration{0}) json.member("preDeployCommand", "npm run migrate");
  json.end_object();
}

void write_parent(JsonWriter& json, const WorldState& world, const SeedService& seed) {
  if (seed.preview_of.empty()) return;
  for (const Service& other : world.services) {
    if (other.seed.id != seed.preview_of && other.seed.name != seed.preview_of) continue;
    json.key("parentServer");
    json.begin_object();
    json.member("id", other.seed.id);
    json.member("name", other.seed.name);
    json.end_object();
    return;
  }
}

void write_ports(JsonWriter& json) {
  json.key("openPorts");
  json.begin_array();
  json.begin_object();
  json.member("port", 10000);
  json.member("protocol", "TCP");
  json.end_object();
  json.end_array();
}

void write_details(JsonWriter& json, const WorldState& world, const Service& service) {
  const SeedService& seed = service.seed;
  json.begin_object();
  json.member("buildPlan", "starter");
  if (seed.type != ServiceType::cron_job) write_parent(json, world, seed);
  if (seed.type == ServiceType::static_site) {
    json.member("buildCommand", "npm run build");
    json.member("publishPath", "dist");
    json.member("url", world.url_of(service));
    json.end_object();
    return;
  }
  json.member("env", runtime_of(seed));
  json.member("runtime", runtime_of(seed));
  write_env_specific(json, seed);
  json.member("plan", "starter");
  json.member("region", region);
  if (seed.type == ServiceType::cron_job) {
    json.member("schedule", "0 3 * * *");
  } else {
    json.member("numInstances", 1);
  }
  if (seed.type == ServiceType::web_service) json.member("healthCheckPath", seed.health_check_path);
  if (seed.type == ServiceType::web_service || seed.type == ServiceType::private_service) {
    write_ports(json);
    json.member("url", world.url_of(service));
  }
  json.end_object();
}

void write_source(JsonWriter& json, const SeedService& seed) {
  if (seed.image) {
    json.member("imagePath", fmt::format(FMT_COMPILE("docker.io/example/{}:latest"), seed.name));
  } else {
    json.member("branch", "main");
    json.member("repo", fmt::format(FMT_COMPILE("https://github.com/example/{}"), seed.name));
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

void write_service(JsonWriter& json, const WorldState& world, const Service& service) {
  const SeedService& seed = service.seed;
  json.begin_object();
  json.member("autoDeploy", seed.auto_deploy ? "yes" : "no");
  json.member("autoDeployTrigger", seed.auto_deploy ? "commit" : "off");
  write_time(json, "createdAt", service.created);
  json.member("dashboardUrl",
              fmt::format(FMT_COMPILE("https://dashboard.render.com/{}/{}"), short_type(seed.type), seed.id));
  if (!seed.environment.empty()) json.member("environmentId", seed.environment);
  json.member("id", seed.id);
  json.member("name", seed.name);
  json.member("notifyOnFail", "default");
  json.member("ownerId", world.owner_id);
  write_source(json, seed);
  json.member("rootDir", "");
  json.key("serviceDetails");
  write_details(json, world, service);
  json.member("slug", seed.name);
  json.member("suspended", seed.suspended ? "suspended" : "not_suspended");
  json.key("suspenders");
  json.begin_array();
  if (seed.suspended) json.string("user");
  json.end_array();
  json.member("type", model::to_string(seed.type));
  write_time(json, "updatedAt", service.updated);
  json.end_object();
}

}  // namespace envlink::emulator
