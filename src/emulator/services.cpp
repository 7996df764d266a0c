// Lists, creates, reads, changes and deletes services.

#include "emulator/services.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "emulator/audit_log.h"
#include "emulator/deploys.h"
#include "emulator/events.h"
#include "emulator/operation.h"
#include "emulator/variables.h"

namespace envlink::emulator {
namespace {

using model::ServiceType;

bool wanted(const WorldState& world, const Service& service, const Query& query) {
  const SeedService& seed = service.seed;
  const auto previews = query.first("includePreviews");
  if (service.deleted || (previews && *previews == "false" && !seed.preview_of.empty())) return false;
  const std::string_view runtime = service.details.runtime ? word(*service.details.runtime) : "static";
  return query.wants("name", seed.name) && query.wants("ownerId", world.owner_id) &&
         query.wants("type", model::to_string(seed.type)) &&
         query.wants("suspended", seed.suspended ? "suspended" : "not_suspended") &&
         query.wants("environmentId", seed.environment) && query.wants("env", runtime) &&
         query.wants("region", word(service.details.region)) && query.in_range("created", service.created) &&
         query.in_range("updated", service.updated);
}

Reply list_services(WorldState& world, const Call& call) {
  PageQuery asked = page_of(call.query());
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  return answer_list([&](json::Writer& out) {
    for (std::size_t i = asked.page.start(world.services.size()); i-- > 0 && !asked.page.is_full();) {
      const Service& service = world.services[i];
      if (!wanted(world, service, call.query()) || !asked.page.take(i)) continue;
      for (int left = world.times_listed(); left > 0; --left) {
        out.object([&](json::Writer& item) {
          item("cursor", make_cursor(i, service.seed.id));
          item("service", [&](json::Writer& one) { write_service(one, world, service); });
        });
      }
    }
  });
}

Reply show_service(const WorldState& world, std::size_t index) {
  return answer_object([&](json::Writer& out) { write_service(out, world, world.services[index]); });
}

Reply get_service(WorldState& world, const Call&, std::size_t index) {
  return show_service(world, index);
}

enum class AutoDeployTrigger { off, commit, checks_pass };
constexpr auto words(AutoDeployTrigger) {
  return std::to_array<std::string_view>({"off", "commit", "checksPass"});
}

struct Image {
  std::string path;
  std::string owner;
  std::string registry_credential;
};
void fields(auto& visit, json::Like<Image> auto& image) {
  visit("imagePath", image.path);
  visit("ownerId", image.owner);
  visit.later("registryCredentialId", image.registry_credential);
}

/// What POST and PATCH have in common. Fields that a body lacks stay as they are.
struct ServiceInput {
  std::string name;
  Source source;
  std::optional<std::string> repo{};
  std::optional<Image> image{};
  std::optional<YesNo> auto_deploy{};
  std::optional<AutoDeployTrigger> trigger{};
  DetailsInput details;
};
void fields(auto& visit, json::Like<ServiceInput> auto& input) {
  visit.later("name", input.name);
  visit("repo", input.repo);
  visit.later("branch", input.source.branch);
  visit.later("rootDir", input.source.root_folder);
  visit("buildFilter", input.source.build_filter);
  visit("image", input.image);
  visit("autoDeploy", input.auto_deploy);
  visit("autoDeployTrigger", input.trigger);
  visit.later("serviceDetails", input.details);
}

/// Why the settings cannot be; unset: they can.
std::optional<Reply> refused_settings(const WorldState& world, const ServiceInput& input) {
  const Details& details = input.details.details;
  if (input.name.empty()) return refuse(400, "invalid name");
  if (input.image && input.image->path.empty()) return refuse(400, "invalid image.imagePath");
  if (input.repo && input.repo->empty()) return refuse(400, "invalid repo");
  const bool has_image = input.image || (!input.source.image.empty() && !input.repo);
  const bool wants_image = input.image || details.runtime == Runtime::image;
  if (input.details.type != ServiceType::static_site && has_image != wants_image)
    return refuse(400, has_image    ? "repo is required"
                       : input.repo ? "invalid serviceDetails.runtime"
                                    : "image is required");
  if (details.instances < 1 || details.instances > most_instances)
    return refuse(400, "invalid serviceDetails.numInstances");
  if (details.shutdown_delay && (*details.shutdown_delay < 1 || *details.shutdown_delay > 300))
    return refuse(400, "invalid serviceDetails.maxShutdownDelaySeconds");
  if (input.details.disk) {
    if (auto refusal = refused_disk(*input.details.disk)) return refusal;
  }
  if (details.autoscaling) {
    if (auto refusal = refused_autoscaling(*details.autoscaling)) return refusal;
  }
  if (auto refusal = refused_rules(input.details.headers, input.details.routes)) return refusal;
  // Render's Terraform provider sends an empty one.
  if (input.image && !input.image->owner.empty() && input.image->owner != world.owner_id)
    return refuse(400, "invalid image.ownerId");
  return std::nullopt;
}

/// "nginx" is "docker.io/library/nginx:latest".
std::string full_image_path(std::string path) {
  const std::size_t slash = path.find('/');
  const std::string_view first = std::string_view(path).substr(0, slash);
  const bool has_host = slash != std::string::npos && first.find_first_of(".:") != std::string_view::npos;
  const bool has_tag = path.find_first_of(":@", path.rfind('/') + 1) != std::string::npos;
  if (!has_host) path.insert(0, slash == std::string::npos ? "docker.io/library/" : "docker.io/");
  return has_tag ? path : path + ":latest";
}

void apply(Service& service, ServiceInput&& input) {
  if (input.source.build_filter && input.source.build_filter->is_empty()) input.source.build_filter.reset();
  service.seed.name = std::move(input.name);
  service.source = std::move(input.source);
  service.details = std::move(input.details.details);
  // Render's answer to an image of a static site is unknown.
  if (input.image && service.seed.type != ServiceType::static_site) {
    service.source.repo.clear();
    service.source.image = full_image_path(std::move(input.image->path));
    service.source.registry_credential = std::move(input.image->registry_credential);
    service.details.runtime = Runtime::image;
  } else if (input.repo) {
    service.source.repo = std::move(*input.repo);
    service.source.image.clear();
  }
  service.seed.image = !service.source.image.empty();
  if (input.auto_deploy) service.seed.auto_deploy = input.auto_deploy == YesNo::yes;
  if (!input.trigger) return;
  service.seed.auto_deploy = input.trigger != AutoDeployTrigger::off;
  if (service.seed.auto_deploy) service.seed.after_checks = input.trigger == AutoDeployTrigger::checks_pass;
}

struct NewService {
  ServiceType type = ServiceType::unknown;
  std::string owner;
  std::string environment;
  std::vector<VariableInput> variables;
  std::vector<FileInput> files;
  ServiceInput settings;
};
void fields(auto& visit, json::Like<NewService> auto& service) {
  visit("type", service.type);
  visit("name", service.settings.name);
  visit("ownerId", service.owner);
  visit.later("environmentId", service.environment);
  visit.later("envVars", service.variables);
  visit.later("secretFiles", service.files);
  service.settings.details.type = service.type;
  service.settings.details.is_new = true;
  fields(visit, service.settings);
}

std::optional<Reply> refused_service(const WorldState& world, const NewService& body) {
  const ServiceInput& settings = body.settings;
  if (body.type == ServiceType::unknown) return refuse(400, "invalid type");
  // The document declares no 404 here.
  if (body.owner != world.owner_id) return refuse(400, "invalid ownerId");
  if (!body.environment.empty() && world.find_environment(body.environment) == nullptr)
    return refuse(400, "invalid environmentId");
  if (auto refusal = refused_settings(world, settings)) return refusal;
  if (body.type != ServiceType::static_site && !settings.details.details.runtime)
    return refuse(400, "serviceDetails.runtime is required");
  if (!settings.repo && (!settings.image || body.type == ServiceType::static_site))
    return refuse(400, "repo or image is required");
  if (is_name_taken(world, settings.name, body.environment)) return refuse(409, "name is already in use");
  return std::nullopt;
}

Reply create_service(WorldState& world, const Call& call) {
  NewService empty;
  empty.settings.details.details.commands.build.clear();
  empty.settings.details.details.commands.start.clear();
  auto body = read_body<NewService>(call, std::move(empty));
  if (!body) return body.error();
  if (auto refusal = refused_service(world, *body)) return *refusal;
  auto variables = new_variables(world, body->variables);
  if (!variables) return variables.error();
  auto files = new_files(body->files);
  if (!files) return files.error();

  DetailsInput& details = body->settings.details;
  const std::optional<NewDisk> disk = details.disk;
  std::vector<HeaderRule> headers = std::move(details.headers);
  std::vector<RouteRule> routes = std::move(details.routes);
  SeedService seed;
  seed.id = world.new_id(body->type == ServiceType::cron_job ? "crn-" : "srv-");
  seed.name = body->settings.name;
  seed.type = body->type;
  seed.environment = std::move(body->environment);
  seed.variables = std::move(*variables);
  seed.secret_files = std::move(*files);
  const std::size_t index = world.add_service(std::move(seed), world.now);
  apply(world.services[index], std::move(body->settings));
  if (disk) {
    const std::size_t added = world.add_disk(index, *disk);
    record(world, AuditEvent::CreateServerDiskEvent, caller(), world.disks[added].id);
    record_event(world, index, DiskCreated{world.disks[added].id, disk->size_gb});
  }
  set_rules(world, world.services[index], std::move(headers), std::move(routes));
  const std::size_t deploy = create_deploy(world, index, DeployOrder("api"));
  return answer_object(
      [&](json::Writer& out) {
        out("deployId", world.deploys[deploy].id);
        out("service", [&](json::Writer& one) { write_service(one, world, world.services[index]); });
      },
      201);
}

// Render's answer to an unknown field is unknown. Its document does not forbid one, so 200 without effect is
// likely. Behaviour::strict_patch models the alternative.
constexpr std::array known_fields = {"autoDeploy", "autoDeployTrigger", "repo",    "branch",        "image",
                                     "name",       "buildFilter",       "rootDir", "serviceDetails"};

struct ServicePatch {
  ServiceInput settings;
  std::vector<std::string> groups;  // Behaviour::service_patch_links
};
void fields(auto& visit, json::Like<ServicePatch> auto& patch) {
  fields(visit, patch.settings);
  visit.later("envGroupIds", patch.groups);
}

/// The first field of the body that PATCH does not know; empty: none.
std::string unknown_field(const WorldState& world, std::string_view body) {
  json::Document document;
  const auto root = document.read(body);
  if (!root || !(*root)->is_object()) return {};
  for (const json::Value* key = (*root)->first(); key != (*root)->next(); key = key[1].next()) {
    const bool known = std::ranges::find(known_fields, key->text) != known_fields.end();
    if (!known && !(key->text == "envGroupIds" && world.behaviour.service_patch_links))
      return std::string(key->text);
  }
  return {};
}

/// Links the groups. Whether Render unlinks others is unknown, so they stay. Returns the refusal, if any,
/// before changing anything.
std::optional<Reply> link_groups(WorldState& world, std::size_t service,
                                 const std::vector<std::string>& ids) {
  std::vector<std::size_t> groups;
  for (const std::string& id : ids) {
    const auto group = world.find_group(id);
    if (!group) return not_found(id);
    groups.push_back(*group);
  }
  for (const std::size_t group : groups) set_link(world, group, service, true);
  return std::nullopt;
}

/// Records how the settings differ from what they were.
void record_changes(WorldState& world, std::size_t index, const std::string& name, const Details& before) {
  const std::string id = world.services[index].seed.id;
  const Details now = world.services[index].details;
  if (world.services[index].seed.name != name)
    record(world, AuditEvent::UpdateServiceNameEvent, caller(), id);
  if (now.allowed_addresses != before.allowed_addresses)
    record(world, AuditEvent::UpdateIPAllowListEvent, caller(), id);
  if (now.plan != before.plan) record_event(world, index, PlanChanged{before.plan, now.plan});
  if (now.maintenance.enabled != before.maintenance.enabled) {
    record(world, AuditEvent::MaintenanceModeEnabledEvent, caller(), id);
    record_event(world, index, MaintenanceEnabled{now.maintenance.enabled});
  }
  if (now.maintenance.uri != before.maintenance.uri) {
    record(world, AuditEvent::MaintenanceModeURIUpdatedEvent, caller(), id);
    record_event(world, index, MaintenanceUriUpdated{before.maintenance.uri, now.maintenance.uri});
  }
}

Reply patch_service(WorldState& world, const Call& call, std::size_t index) {
  Service& service = world.services[index];
  ServicePatch patch;
  patch.settings.name = service.seed.name;
  patch.settings.source = service.source;
  patch.settings.details = {service.seed.type, service.details};
  if (world.behaviour.strict_patch) {
    const std::string unknown = unknown_field(world, call.body);
    if (!unknown.empty()) return refuse(400, "unknown field: " + unknown);
  }
  auto body = read_body<ServicePatch>(call, std::move(patch));
  if (!body) return body.error();
  if (auto refusal = refused_settings(world, body->settings)) return *refusal;
  if (is_name_taken(world, body->settings.name, service.seed.environment, &service))
    return refuse(409, "name is already in use");
  if (world.behaviour.service_patch_links) {
    if (auto refusal = link_groups(world, index, body->groups)) return *refusal;
  }
  const std::string name = service.seed.name;
  const Details before = service.details;
  apply(service, std::move(body->settings));
  service.updated = world.now;
  record_changes(world, index, name, before);
  return show_service(world, index);
}

Reply remove_service(WorldState& world, const Call&, std::size_t index) {
  delete_service(world, index);
  return {204};
}

constexpr auto known_types = std::span(words_of<ServiceType>).first<model::service_types.size()>();
constexpr auto filters = joined(
    std::to_array<Parameter>({{"name"},
                              {"type", ParameterKind::word, false, known_types},
                              {"environmentId"},
                              {"env", ParameterKind::word, false, words_of<Runtime>},
                              {"region", ParameterKind::word, false, words_of<Region>},
                              {"suspended", ParameterKind::word, false, suspended_words}}),
    change_parameters, std::to_array<Parameter>({{"ownerId"}, {"includePreviews", ParameterKind::truth}}),
    page_parameters);

}  // namespace

bool is_name_taken(const WorldState& world, const std::string& name, const std::string& environment,
                   const Service* but) {
  return std::ranges::any_of(world.services, [&](const Service& other) {
    return !other.deleted && &other != but && other.seed.name == name &&
           other.seed.environment == environment;
  });
}

std::span<const Operation> service_operations() {
  using enum api::Method;
  static constexpr Operation all[] = {
      {get, "/services", list_services, filters},
      {post,
       "/services",
       create_service,
       {},
       true,
       BucketKind::creates,
       "the repository is not read: build and start succeed"},
      {get, "/services/{serviceId}", of_service<get_service>},
      {patch, "/services/{serviceId}", of_service<patch_service>, {}, true, BucketKind::service},
      {delete_, "/services/{serviceId}", of_service<remove_service>}};
  return all;
}

}  // namespace envlink::emulator
