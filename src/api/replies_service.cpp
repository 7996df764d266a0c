#include "api/replies.h"
#include "api/reply_reader.h"
#include "api/variable_reader.h"

namespace envlink::api {
namespace {

Result<model::Owner> decode_owner(const Node& node) {
  return node.id("id").map([&](const std::string& id) {
    std::string name = node.text("name");
    return model::Owner{.id = OwnerId{id}, .name = name.empty() ? id : name, .type = node.text("type")};
  });
}

model::Service service_from(const Node& node, const std::string& id) {
  const Node details = node.child("serviceDetails");
  model::Service service;
  service.id = ServiceId{id};
  service.name = node.text("name");
  if (service.name.empty()) service.name = id;
  service.type_text = node.text("type");
  service.type = model::service_type_from(service.type_text);
  service.owner = OwnerId{node.optional_id("ownerId")};
  if (std::string environment = node.optional_id("environmentId"); !environment.empty()) {
    service.environment = EnvironmentId{std::move(environment)};
  }
  service.auto_deploy_trigger = node.text("autoDeployTrigger");
  if (node.get("autoDeploy") != nullptr) {
    service.auto_deploy = node.flag("autoDeploy", "yes");
  } else if (!service.auto_deploy_trigger.empty()) {
    service.auto_deploy = service.auto_deploy_trigger != "off";
  }
  service.suspended = node.flag("suspended", "suspended");
  service.preview = details.get("parentServer") != nullptr;
  service.image_backed =
      !node.view("imagePath").empty() || details.view("runtime") == "image" || details.view("env") == "image";
  service.artifact_sourced = !node.view("artifactSourceId").empty();
  service.has_disk = details.get("disk") != nullptr;
  service.url = details.text("url");
  if (const auto page = node.view("dashboardUrl"); model::is_web_address(page)) service.dashboard_url = page;
  if (service.type == model::ServiceType::web_service) {
    service.health_check_path = details.text("healthCheckPath");
  }
  return service;
}

Result<model::Service> decode_service(const Node& node) {
  return node.id("id").map([&](const std::string& id) { return service_from(node, id); });
}

}  // namespace

Result<Page<model::Owner>> parse_owners(const Response& response) {
  return read_page<model::Owner>(response, "owner", decode_owner);
}

Result<Page<model::Service>> parse_services(const Response& response) {
  return read_page<model::Service>(response, "service", decode_service);
}

Result<model::Service> parse_service(const Response& response) {
  return read_object<model::Service>(response, decode_service);
}

Result<Page<model::Variable>> parse_variables(const Response& response, const Fingerprinter* fingerprinter,
                                              const model::DigestValue& digest) {
  return read_page<model::Variable>(
      response, "envVar", [&](const Node& node) { return decode_variable(node, fingerprinter, digest); });
}

Result<Page<std::string>> parse_secret_files(const Response& response) {
  return read_page<std::string>(response, "secretFile", [](const Node& node) -> Result<std::string> {
    std::string name = node.text("name");
    if (name.empty()) return fail(unreadable(node.path_of("name"), "is missing"));
    return name;
  });
}

}  // namespace envlink::api
