// GET /_emulator/state. No value of a variable or secret file is in it.

#include "emulator/state_json.h"

#include <algorithm>
#include <span>

#include "json/writer.h"

namespace envlink::emulator {
namespace {

constexpr std::size_t most_deploys = 1000;  // the newest ones

void write_group(json::Writer& out, const Group& group) {
  out("id", group.id);
  out("name", group.name);
  out.if_any("environment", group.environment);
  out("variables", group.variables.size());
  out("secret_files", group.secret_files.size());
  out("updated", group.updated);
}

void write_service(json::Writer& out, const Service& service) {
  out("id", service.seed.id);
  out("name", service.seed.name);
  out("type", service.seed.type);
  out("auto_deploy", service.seed.auto_deploy);
  out("suspended", service.seed.suspended);
}

void write_links(json::Writer& out, const WorldState& world) {
  out.key("links");
  out.begin_array();
  for (const Group& group : world.groups) {
    for (const std::size_t service : group.links) {
      out.object([&](json::Writer& link) {
        link("group", group.id);
        link("service", world.services[service].seed.id);
      });
    }
  }
  out.end_array();
}

void write_deploy(json::Writer& out, const WorldState& world, const Deploy& deploy) {
  out("id", deploy.id);
  out("service", world.services[deploy.service].seed.id);
  out("status", deploy.status);
  out("trigger", deploy.trigger);
  out("mode", deploy.mode);
  out("created", deploy.created);
  out("started", deploy.started);
  out("finished", deploy.finished);
  out("groups", deploy.groups);
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

}  // namespace

std::string write_state(const WorldState& world, Time now) {
  json::Writer text(json::Layout::compact, json::Text::utf8);
  text.object([&](json::Writer& out) {
    out("version", 1);
    out("now", now);
    out("owner", [&](json::Writer& owner) {
      owner("id", world.owner_id);
      owner("name", world.owner_name);
    });
    out.list("groups", world.groups, write_group);
    out.list("services", world.services, write_service);
    write_links(out, world);
    const std::size_t shown = std::min(world.deploys.size(), most_deploys);
    out.list("deploys", std::span(world.deploys).last(shown),
             [&](json::Writer& one, const Deploy& deploy) { write_deploy(one, world, deploy); });
    out.list("windows", world.windows.used(now), [&](json::Writer& one, const RateWindows::Used& used) {
      one("bucket", bucket_name(world, used.bucket));
      one("limit", used.allowance.limit);
      one("remaining", used.allowance.remaining);
      one("reset", used.allowance.reset);
    });
    out("limited", world.limited);
  });
  return text.take() + '\n';
}

}  // namespace envlink::emulator
