#include "api/endpoints.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "json/writer.h"
#include "model/variable.h"

namespace envlink::api {
namespace {

/// `root` and the id, with capacity for the rest of a typical target.
std::string path_to(std::string_view root, const std::string& id) {
  std::string path;
  path.reserve(96);
  path += root;
  append_percent_encoded(path, id);
  return path;
}

std::string service_path(const ServiceId& service) {
  return path_to("/services/", service.text());
}

std::string group_path(const GroupId& group) {
  return path_to("/env-groups/", group.text());
}

std::string link_path(const GroupId& group, const ServiceId& service) {
  std::string path = group_path(group) + "/services/";
  append_percent_encoded(path, service.text());
  return path;
}

std::string value_path(const GroupId& group, std::string_view key) {
  std::string path = group_path(group) + (model::is_file_key(key) ? "/secret-files/" : "/env-vars/");
  append_percent_encoded(path, model::name_of(key));
  return path;
}

Request get_page(std::string target, int limit, std::string_view cursor, int longest = page_size) {
  target += target.find('?') == std::string::npos ? "?limit=" : "&limit=";
  target += std::to_string(std::clamp(limit, 1, longest));
  if (!cursor.empty()) target += "&cursor=" + percent_encode(cursor);
  return {.method = Method::get, .target = std::move(target)};
}

}  // namespace

Request list_owners(std::string_view cursor) {
  return get_page("/owners", page_size, cursor);
}

Request list_services(const OwnerId& owner, std::string_view cursor, bool previews) {
  return get_page("/services?ownerId=" + percent_encode(owner.text()) +
                      (previews ? "&includePreviews=true" : "&includePreviews=false"),
                  page_size, cursor);
}

Request list_services_called(const OwnerId& owner, std::string_view name) {
  return get_page("/services?ownerId=" + percent_encode(owner.text()) + "&name=" + percent_encode(name) +
                      "&includePreviews=true",
                  page_size, {});
}

Request list_groups(const OwnerId& owner, std::string_view cursor) {
  return get_page("/env-groups?ownerId=" + percent_encode(owner.text()), page_size, cursor);
}

Request list_groups_called(const OwnerId& owner, std::string_view name, std::string_view cursor) {
  return get_page("/env-groups?ownerId=" + percent_encode(owner.text()) + "&name=" + percent_encode(name),
                  page_size, cursor);
}

Request make_group(std::shared_ptr<const SecretBody> body) {
  return {.method = Method::post, .target = "/env-groups", .secret = std::move(body)};
}

Request get_group(const GroupId& group) {
  return {.method = Method::get, .target = group_path(group)};
}

Request put_value(const GroupId& group, std::string_view key, std::shared_ptr<const SecretBody> body) {
  return {.method = Method::put, .target = value_path(group, key), .secret = std::move(body)};
}

Request delete_value(const GroupId& group, std::string_view key) {
  return {.method = Method::delete_, .target = value_path(group, key)};
}

Request get_service(const ServiceId& service) {
  return {.method = Method::get, .target = service_path(service)};
}

Request get_environment(const EnvironmentId& environment) {
  return {.method = Method::get, .target = path_to("/environments/", environment.text())};
}

Request link_group(const GroupId& group, const ServiceId& service) {
  return {.method = Method::post, .target = link_path(group, service)};
}

Request unlink_group(const GroupId& group, const ServiceId& service) {
  return {.method = Method::delete_, .target = link_path(group, service)};
}

Request patch_service_groups(const ServiceId& service, std::span<const GroupId> groups) {
  return {.method = Method::patch,
          .target = service_path(service),
          .body = json::to_text([&](json::Writer& out) { out("envGroupIds", groups); })};
}

Request set_auto_deploy(const ServiceId& service, std::string_view word) {
  const bool trigger = word != "yes" && word != "no";
  return {.method = Method::patch,
          .target = service_path(service),
          .body = json::to_text(
              [&](json::Writer& out) { out(trigger ? "autoDeployTrigger" : "autoDeploy", word); })};
}

Request create_deploy(const ServiceId& service, DeployMode mode) {
  return {.method = Method::post,
          .target = service_path(service) + "/deploys",
          .body = mode == DeployMode::build_and_deploy ? "{}" : R"({"deployMode":"deploy_only"})"};
}

Request roll_back(const ServiceId& service, const DeployId& to) {
  return {.method = Method::post,
          .target = service_path(service) + "/rollback",
          .body = json::to_text([&](json::Writer& out) { out("deployId", to); })};
}

Request list_deploys(const ServiceId& service, int limit, std::string_view cursor) {
  return get_page(service_path(service) + "/deploys", limit, cursor);
}

Request get_deploy(const ServiceId& service, const DeployId& deploy) {
  std::string target = service_path(service) + "/deploys/";
  append_percent_encoded(target, deploy.text());
  return {.method = Method::get, .target = std::move(target)};
}

Request list_service_variables(const ServiceId& service, std::string_view cursor) {
  return get_page(service_path(service) + "/env-vars", page_size, cursor);
}

Request list_service_secret_files(const ServiceId& service, std::string_view cursor) {
  return get_page(service_path(service) + "/secret-files", page_size, cursor);
}

Request get_health(const model::Service& service) {
  return {.method = Method::get, .target = model::health_url(service), .foreign = true};
}

Request list_events(const ServiceId& service, Time since, std::string_view cursor) {
  return get_page(service_path(service) + "/events?startTime=" + percent_encode(format_rfc3339(since)),
                  page_size, cursor);
}

Request list_audit_logs(const OwnerId& owner, Time from, std::optional<Time> until, Direction direction,
                        std::string_view cursor, int limit) {
  std::string target = path_to("/owners/", owner.text()) + "/audit-logs";
  target += "?startTime=" + percent_encode(format_rfc3339(from));
  if (until) target += "&endTime=" + percent_encode(format_rfc3339(*until));
  return get_page(fmt::format("{}&direction={}", target, word(direction)), limit, cursor, audit_page_size);
}

Request list_logs(const OwnerId& owner, const ServiceId& service, LogKind kind, Time from,
                  std::optional<Time> until, int limit) {
  std::string target = fmt::format("/logs?ownerId={}&resource={}", percent_encode(owner.text()),
                                   percent_encode(service.text()));
  if (kind != LogKind::app) target += "&type=build";
  if (kind != LogKind::build) target += "&type=app";
  target += "&startTime=" + percent_encode(format_rfc3339(from));
  if (until) target += "&endTime=" + percent_encode(format_rfc3339(*until));
  return get_page(target + "&direction=backward", limit, {});
}

}  // namespace envlink::api
