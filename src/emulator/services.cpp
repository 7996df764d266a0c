// GET /services, /services/{id}, PATCH of one; its own variables; suspend and resume.

#include "emulator/services.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "emulator/audit_log.h"
#include "emulator/routes.h"
#include "emulator/target.h"
#include "emulator/variables.h"

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

bool wanted(const WorldState& world, const Service& service, const Query& query) {
  const SeedService& seed = service.seed;
  const auto previews = query.first("includePreviews");
  if (previews && *previews == "false" && !seed.preview_of.empty()) return false;
  return query.wants("name", seed.name) && query.wants("ownerId", world.owner_id) &&
         query.wants("type", model::to_string(seed.type)) &&
         query.wants("suspended", seed.suspended ? "suspended" : "not_suspended") &&
         query.wants("environmentId", seed.environment) && query.wants("env", runtime_of(seed)) &&
         query.wants("region", region) && query.in_range("created", service.created) &&
         query.in_range("updated", service.updated);
}

Reply list_services(const WorldState& world, const Query& query) {
  PageQuery asked = page_of(query);
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  return answer_list([&](json::Writer& out) {
    for (std::size_t i = world.services.size(); i-- > 0;) {
      const Service& service = world.services[i];
      if (!wanted(world, service, query) || !asked.page.take(i)) continue;
      for (int left = world.times_listed(); left > 0; --left) {
        out.object([&](json::Writer& item) {
          item("cursor", make_cursor(i, service.seed.id));
          item("service", [&](json::Writer& one) { write_service(one, world, service); });
        });
      }
    }
  });
}

/// Lists the service's own variables or secret files.
Reply list_pairs(const WorldState& world, const Service& service, const Query& query, bool files) {
  PageQuery asked = page_of(query);
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  const std::string& environment = service.seed.environment;
  if (!may_do(world, environment, api::Method::get)) return forbidden();
  const Variables& pairs = files ? service.seed.secret_files : service.seed.variables;
  return answer_list([&](json::Writer& out) {
    for (std::size_t i = pairs.size(); i-- > 0;) {
      if (!asked.page.take(i)) continue;
      out.object([&](json::Writer& item) {
        item(files ? "secretFile" : "envVar", [&](json::Writer& one) {
          one(files ? "name" : "key", pairs[i].first);
          one(files ? "content" : "value", as_shown(world, environment, pairs[i].second));
        });
        item("cursor", make_cursor(i, service.seed.id));
      });
    }
  });
}

// Render's answer to an unknown field is unknown. Its document does not forbid one, so 200 without effect is
// likely. Behaviour::strict_patch models the alternative.
constexpr std::array known_fields = {"autoDeploy", "autoDeployTrigger", "repo",    "branch",        "image",
                                     "name",       "buildFilter",       "rootDir", "serviceDetails"};

std::string_view unknown_field(const WorldState& world, const Body& body) {
  for (const std::string_view key : body.keys()) {
    const bool known = std::ranges::find(known_fields, key) != known_fields.end();
    if (!known && !(key == "envGroupIds" && world.behaviour.service_patch_links)) return key;
  }
  return {};
}

/// Links the groups in `ids`. Whether Render unlinks others is unknown, so they stay. Returns the refusal, if
/// any, before changing anything.
std::optional<Reply> link_groups(WorldState& world, std::size_t service, const json::Value& ids) {
  if (!ids.is_list()) return refuse(400, "envGroupIds must be an array");
  std::vector<std::size_t> groups;
  for (const json::Value* id = ids.first(); id != ids.next(); id = id->next()) {
    if (!id->is_text()) return refuse(400, "envGroupIds must be an array of strings");
    const auto group = world.find_group(id->text);
    if (!group) return not_found(id->text);
    groups.push_back(*group);
  }
  for (const std::size_t group : groups) set_link(world, group, service, true);
  return std::nullopt;
}

constexpr std::array<std::string_view, 3> triggers = {"off", "commit", "checksPass"};

Reply show_service(const WorldState& world, const Service& service) {
  return answer_object([&](json::Writer& out) { write_service(out, world, service); });
}

Reply patch_service(WorldState& world, const Call& call, std::size_t index) {
  const Body body(call.body);
  if (!body.is_object()) return refuse(400, "invalid JSON");
  if (world.behaviour.strict_patch) {
    const std::string_view unknown = unknown_field(world, body);
    if (!unknown.empty()) return refuse(400, fmt::format("unknown field: {}", unknown));
  }
  Service& service = world.services[index];
  const json::Value* name = body.find("name");
  if (name && name->text.empty()) return refuse(400, "invalid name");
  const json::Value* auto_deploy = body.find("autoDeploy");
  if (auto_deploy && auto_deploy->text != "yes" && auto_deploy->text != "no")
    return refuse(400, "invalid autoDeploy");
  const json::Value* trigger = body.find("autoDeployTrigger");
  if (trigger && std::ranges::find(triggers, trigger->text) == triggers.end())
    return refuse(400, "invalid autoDeployTrigger");
  if (const json::Value* ids = body.find("envGroupIds"); ids && world.behaviour.service_patch_links) {
    if (auto refusal = link_groups(world, index, *ids)) return *refusal;
  }
  if (name) service.seed.name = name->text;
  if (auto_deploy) service.seed.auto_deploy = auto_deploy->text == "yes";
  if (trigger) service.seed.auto_deploy = trigger->text != "off";
  if (trigger && service.seed.auto_deploy) service.seed.after_checks = trigger->text == "checksPass";
  if (!body.keys().empty()) service.updated = world.now;
  return show_service(world, service);
}

Reply one_service(WorldState& world, const Call& call, std::size_t index) {
  if (call.method == api::Method::patch) return patch_service(world, call, index);
  if (call.method != api::Method::get) return wrong_method();
  return show_service(world, world.services[index]);
}

/// Answers a request for one variable or secret file.
Reply service_value(WorldState& world, const Call& call, std::size_t index) {
  if (auto reply = value_routes(world, call, {false, index})) return *reply;
  const ValueName name = named_in(call);
  Reply reply = one_value(world, {false, index}, name);
  if (name.is_file) reply.status = 201;  // as in Render's document
  return reply;
}

Reply suspension(WorldState& world, const Call& call, std::size_t index) {
  if (call.method != api::Method::post) return wrong_method();
  suspend(world, index, call.at(3) == "suspend", caller());
  return {202, ""};
}

}  // namespace

std::string_view runtime_of(const SeedService& seed) {
  return seed.image ? "image" : "node";
}

std::string_view auto_deploy_trigger(const SeedService& seed) {
  if (!seed.auto_deploy) return "off";
  return seed.after_checks ? "checksPass" : "commit";
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
  out("autoDeployTrigger", auto_deploy_trigger(seed));
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
  out("slug", service.slug);
  out("suspended", seed.suspended ? "suspended" : "not_suspended");
  out("suspenders", std::vector<std::string_view>(seed.suspended ? 1 : 0, "user"));
  out("type", seed.type);
  out("updatedAt", service.updated);
}

Reply service_routes(WorldState& world, const Call& call) {
  const bool get = call.method == api::Method::get;
  if (call.depth() == 2) return get ? list_services(world, call.target.query) : wrong_method();
  const std::string_view part = call.at(3);
  // A service's groups cannot be requested: /services/{id}/env-groups does not exist.
  const bool leaf = part == "env-vars" || part == "secret-files" || part == "events";
  const bool deploys = part == "deploys" || part == "rollback";
  const bool suspends = part == "suspend" || part == "resume";
  const bool value = (part == "env-vars" || part == "secret-files") && call.depth() == 5;
  if (call.depth() > 3 && !deploys && !value && !((leaf || suspends) && call.depth() == 4)) {
    return no_such_route();
  }
  const auto service = world.find_service(call.at(2));
  if (!service) return not_found(call.at(2));
  if (call.depth() == 3) return one_service(world, call, *service);
  if (deploys) return deploy_routes(world, call, *service);
  if (suspends) return suspension(world, call, *service);
  if (value) return service_value(world, call, *service);
  if (!get) return wrong_method();
  if (part == "events") return service_events(world, call, *service);
  return list_pairs(world, world.services[*service], call.target.query, part == "secret-files");
}

}  // namespace envlink::emulator
