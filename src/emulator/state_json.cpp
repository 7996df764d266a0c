// GET /_emulator/state. No value of a variable or secret file is in it.

#include "emulator/state_json.h"
#include "emulator/routes.h"
#include "emulator/service_json.h"

namespace envlink::emulator {
namespace {

constexpr std::size_t most_deploys = 1000;  // the newest ones

void write_groups(JsonWriter& json, const WorldState& world) {
  json.key("groups");
  json.begin_array();
  for (const Group& group : world.groups) {
    json.begin_object();
    json.member("id", group.id);
    json.member("name", group.name);
    if (!group.environment.empty()) json.member("environment", group.environment);
    json.member("variables", static_cast<std::int64_t>(group.variables.size()));
    json.member("secret_files", static_cast<std::int64_t>(group.secret_files.size()));
    write_time(json, "updated", group.updated);
    json.end_object();
  }
  json.end_array();
}

void write_services(JsonWriter& json, const WorldState& world) {
  json.key("services");
  json.begin_array();
  for (const Service& service : world.services) {
    json.begin_object();
    json.member("id", service.seed.id);
    json.member("name", service.seed.name);
    json.member("type", model::to_string(service.seed.type));
    json.member("auto_deploy", service.seed.auto_deploy);
    json.member("suspended", service.seed.suspended);
    json.end_object();
  }
  json.end_array();
}

void write_links(JsonWriter& json, const WorldState& world) {
  json.key("links");
  json.begin_array();
  for (const Group& group : world.groups) {
    for (const std::size_t service : group.links) {
      json.begin_object();
      json.member("group", group.id);
      json.member("service", world.services[service].seed.id);
      json.end_object();
    }
  }
  json.end_array();
}

void write_deploys(JsonWriter& json, const WorldState& world) {
  json.key("deploys");
  json.begin_array();
  const std::size_t all = world.deploys.size();
  for (std::size_t i = all > most_deploys ? all - most_deploys : 0; i < all; ++i) {
    const Deploy& deploy = world.deploys[i];
    json.begin_object();
    json.member("id", deploy.id);
    json.member("service", world.services[deploy.service].seed.id);
    json.member("status", model::to_string(deploy.status));
    json.member("trigger", deploy.trigger);
    json.member("mode", mode_name(deploy.mode));
    write_time(json, "created", deploy.created);
    if (deploy.started) write_time(json, "started", *deploy.started);
    if (deploy.finished) write_time(json, "finished", *deploy.finished);
    json.key("groups");
    json.begin_array();
    for (const std::string& group : deploy.groups) json.string(group);
    json.end_array();
    json.end_object();
  }
  json.end_array();
}

std::string bucket_name(const WorldState& world, Bucket bucket) {
  switch (bucket.kind) {
    case BucketKind::reads:
      return "reads";
    case BucketKind::logs:
      return "logs";
    case BucketKind::writes:
      return "writes";
    case BucketKind::creates:
      return "creates";
    case BucketKind::service:
      return "service " + world.services[bucket.service].seed.id;
    case BucketKind::cron_jobs:
      break;
  }
  return "service crn";
}

void write_windows(JsonWriter& json, const WorldState& world, Time now) {
  json.key("windows");
  json.begin_array();
  for (const RateWindows::Used& used : world.windows.used(now)) {
    json.begin_object();
    json.member("bucket", bucket_name(world, used.bucket));
    json.member("limit", used.allowance.limit);
    json.member("remaining", used.allowance.remaining);
    json.member("reset", used.allowance.reset);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::string_view mode_name(DeployMode mode) {
  switch (mode) {
    case DeployMode::build_and_deploy:
      return "build_and_deploy";
    case DeployMode::deploy_only:
      return "deploy_only";
    case DeployMode::rollback:
      break;
  }
  return "rollback";
}

std::string write_state(const WorldState& world, Time now) {
  JsonWriter json;
  json.begin_object();
  json.member("version", 1);
  write_time(json, "now", now);
  json.key("owner");
  json.begin_object();
  json.member("id", world.owner_id);
  json.member("name", world.owner_name);
  json.end_object();
  write_groups(json, world);
  write_services(json, world);
  write_links(json, world);
  write_deploys(json, world);
  write_windows(json, world, now);
  json.member("limited", world.limited);
  json.end_object();
  return json.take() + '\n';
}

}  // namespace envlink::emulator
