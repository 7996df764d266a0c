#pragma once
// The documented endpoints that envlink uses, as request builders. Source: Render's OpenAPI document, and
// docs/how-it-works/api-notes.md where the real API differs from it.

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "api/message.h"
#include "base/id.h"
#include "base/text.h"
#include "base/time.h"
#include "model/service.h"

namespace envlink::api {

constexpr int page_size = 100;         // Render answers 400 above this
constexpr int audit_page_size = 1000;  // the same, for audit logs

enum class DeployMode { build_and_deploy, deploy_only };
constexpr auto words(DeployMode) {
  return std::to_array<std::string_view>({"build_and_deploy", "deploy_only"});
}
constexpr std::string_view to_string(DeployMode mode) {
  return word(mode);
}

Request list_owners(std::string_view cursor = {});
Request list_services(const OwnerId& owner, std::string_view cursor = {}, bool previews = false);
/// Services with this name, including previews.
Request list_services_called(const OwnerId& owner, std::string_view name);
Request list_groups(const OwnerId& owner, std::string_view cursor = {});
Request list_groups_called(const OwnerId& owner, std::string_view name, std::string_view cursor = {});
Request make_group(std::shared_ptr<const SecretBody> body);
Request get_group(const GroupId& group);
/// `key`: a variable's, or "file:NAME" for a secret file (model::is_file_key).
Request put_value(const GroupId& group, std::string_view key, std::shared_ptr<const SecretBody> body);
Request delete_value(const GroupId& group, std::string_view key);
Request get_service(const ServiceId& service);
Request get_environment(const EnvironmentId& environment);
Request link_group(const GroupId& group, const ServiceId& service);
Request unlink_group(const GroupId& group, const ServiceId& service);
/// The guide's PATCH {"envGroupIds": […]}. Not in the documented API, so a 200 proves nothing.
Request patch_service_groups(const ServiceId& service, std::span<const GroupId> groups);
/// `word`: from model::Service::auto_deploy_word.
Request set_auto_deploy(const ServiceId& service, std::string_view word);
Request create_deploy(const ServiceId& service, DeployMode mode);
/// A new deploy of the same commit or image as `to`. Keeps environment values and automatic deploys.
Request roll_back(const ServiceId& service, const DeployId& to);
Request list_deploys(const ServiceId& service, int limit, std::string_view cursor = {});
Request get_deploy(const ServiceId& service, const DeployId& deploy);
Request list_service_variables(const ServiceId& service, std::string_view cursor = {});
Request list_service_secret_files(const ServiceId& service, std::string_view cursor = {});
/// Requests model::health_url, which must not be empty. Not Render's API, so never with the key.
Request get_health(const model::Service& service);
/// The service's events since then, newest first. Without a start Render returns only the last hour.
Request list_events(const ServiceId& service, Time since, std::string_view cursor = {});

enum class Direction { backward, forward };  // newest first, oldest first
constexpr auto words(Direction) {
  return std::to_array<std::string_view>({"backward", "forward"});
}
Request list_audit_logs(const OwnerId& owner, Time from, std::optional<Time> until, Direction direction,
                        std::string_view cursor = {}, int limit = audit_page_size);

enum class LogKind { build, app, both };
/// The last `limit` lines of that period, newest first.
Request list_logs(const OwnerId& owner, const ServiceId& service, LogKind kind, Time from,
                  std::optional<Time> until, int limit = page_size);

}  // namespace envlink::api
