// The service object of replies: every field that the recorded ones of its type have.

#include <fmt/format.h>

#include <array>

#include "emulator/services.h"

namespace envlink::emulator {
namespace {

using enum model::ServiceType;

bool runs_in_docker(Runtime runtime) {
  return runtime == Runtime::docker || runtime == Runtime::image;
}

void write_env_specific(json::Writer& out, const Details& details) {
  const Commands& commands = details.commands;
  if (runs_in_docker(*details.runtime)) {
    const bool image = details.runtime == Runtime::image;
    out("dockerCommand", commands.docker);
    out("dockerContext", image ? "" : commands.docker_context);
    out("dockerfilePath", image ? "" : commands.dockerfile);
  } else {
    out("buildCommand", commands.build);
    out("startCommand", commands.start);
  }
  out.if_any("preDeployCommand", details.pre_deploy);
}

void write_parent(json::Writer& out, const WorldState& world, const SeedService& seed) {
  const auto parent = world.find_service(seed.preview_of);
  if (!parent) return;
  out("parentServer", [&](json::Writer& one) {
    one("id", world.services[*parent].seed.id);
    one("name", world.services[*parent].seed.name);
  });
}

void write_site(json::Writer& out, const WorldState& world, const Service& service) {
  const Details& details = service.details;
  out("buildCommand", details.static_build);
  out("publishPath", details.publish_path);
  out("url", world.url_of(service));
  out("ipAllowList", details.allowed_addresses);
  out("renderSubdomainPolicy", details.subdomain);
}

/// For services that run all the time.
void write_instances(json::Writer& out, const WorldState& world, const Service& service) {
  const Details& details = service.details;
  out("numInstances", details.instances);
  out("autoscaling", details.autoscaling);
  out("maxShutdownDelaySeconds", details.shutdown_delay);
  out("sshAddress", fmt::format("{}@ssh.{}.render.com", service.seed.id, word(details.region)));
  if (const Disk* disk = world.disk_of(service)) {
    out("disk", [&](json::Writer& one) {
      one("id", disk->id);
      one("name", disk->name);
      one("sizeGB", disk->size_gb);
      one("mountPath", disk->mount_path);
    });
  }
  if (service.seed.type == background_worker) return;
  out.list("openPorts", std::array{10000}, [](json::Writer& port, int number) {
    port("port", number);
    port("protocol", "TCP");
  });
  out("url", world.url_of(service));
  if (service.seed.type == private_service) return;
  out("healthCheckPath", details.health_check_path);
  out("maintenanceMode", details.maintenance);
  out("cache", details.cache);
  out("ipAllowList", details.allowed_addresses);
  out("renderSubdomainPolicy", details.subdomain);
}

void write_details(json::Writer& out, const WorldState& world, const Service& service) {
  const SeedService& seed = service.seed;
  const Details& details = service.details;
  out("buildPlan", "starter");
  if (seed.type != cron_job) {
    write_parent(out, world, seed);
    out("previews", details.previews);
    out("pullRequestPreviewsEnabled",
        details.previews.generation == PreviewGeneration::automatic ? YesNo::yes : YesNo::no);
  }
  if (seed.type == static_site) return write_site(out, world, service);
  out("env", *details.runtime);
  out("runtime", *details.runtime);
  out("envSpecificDetails", [&](json::Writer& specific) { write_env_specific(specific, details); });
  out("plan", details.plan);
  out("region", details.region);
  if (seed.type != cron_job) return write_instances(out, world, service);
  out("schedule", details.schedule);
}

void write_source(json::Writer& out, const Source& source) {
  if (!source.image.empty()) return out("imagePath", source.image);
  out("branch", source.branch);
  out("repo", source.repo);
  out("buildFilter", source.build_filter);
}

/// The service's older field for its override, as recorded for all but `none`.
std::string_view notify_on_fail(NotifiedOverride send) {
  switch (send) {
    case NotifiedOverride::default_:
      return "default";
    case NotifiedOverride::none:
      return "ignore";
    case NotifiedOverride::failure:
    case NotifiedOverride::all:
      break;
  }
  return "notify";
}

}  // namespace

std::string_view auto_deploy_trigger(const SeedService& seed) {
  if (!seed.auto_deploy) return "off";
  return seed.after_checks ? "checksPass" : "commit";
}

std::string_view short_type(model::ServiceType type) {
  switch (type) {
    case static_site:
      return "static";
    case private_service:
      return "pserv";
    case background_worker:
      return "worker";
    case cron_job:
      return "cron";
    case web_service:
    case unknown:
      break;
  }
  return "web";
}

void write_service(json::Writer& out, const WorldState& world, const Service& service) {
  const SeedService& seed = service.seed;
  out("autoDeploy", seed.auto_deploy ? "yes" : "no");
  out("autoDeployTrigger", auto_deploy_trigger(seed));
  out("createdAt", service.created);
  out("dashboardUrl", fmt::format("https://dashboard.render.com/{}/{}", short_type(seed.type), seed.id));
  out.if_any("environmentId", seed.environment);
  out("id", seed.id);
  out("name", seed.name);
  out("notifyOnFail", notify_on_fail(service.notifications.send));
  out("ownerId", world.owner_id);
  write_source(out, service.source);
  out("rootDir", service.source.root_folder);
  out("serviceDetails", [&](json::Writer& details) { write_details(details, world, service); });
  out("slug", service.slug);
  out("suspended", seed.suspended ? "suspended" : "not_suspended");
  out("suspenders", std::vector<std::string_view>(seed.suspended ? 1 : 0, "user"));
  out("type", seed.type);
  out("updatedAt", service.updated);
}

}  // namespace envlink::emulator
