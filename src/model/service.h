#pragma once
// A service of the workspace, with what a rollout needs.

#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/words.h"

namespace envlink::model {

enum class ServiceType { web_service, private_service, background_worker, cron_job, static_site, unknown };
constexpr auto words(ServiceType) {
  return std::to_array<std::string_view>(
      {"web_service", "private_service", "background_worker", "cron_job", "static_site", "unknown"});
}
/// Types that a file can name.
constexpr auto service_types =
    std::to_array({ServiceType::web_service, ServiceType::private_service, ServiceType::background_worker,
                   ServiceType::cron_job, ServiceType::static_site});
constexpr std::string_view to_string(ServiceType type) {
  return word(type);
}
/// Also accepts the short names in a group's serviceLinks (static, web, pserv, worker, cron).
ServiceType service_type_from(std::string_view text);

struct Service {
  ServiceId id;
  std::string name;
  ServiceType type = ServiceType::unknown;
  std::string type_text;  // as Render wrote it; differs from `type` only if that is unknown
  OwnerId owner;
  std::optional<EnvironmentId> environment;
  std::optional<bool> auto_deploy;  // unset: not in the reply
  std::string auto_deploy_trigger;  // Render's word: "commit", "checksPass", "off"; empty: not in the reply
  bool suspended = false;
  bool preview = false;           // a preview instance of another service (serviceDetails.parentServer)
  bool image_backed = false;      // deploys an image without a build
  bool artifact_sourced = false;  // deploys the output of an artifact source, built with that one's variables
  bool has_disk = false;          // deploys with downtime
  std::string url;                // serviceDetails.url; empty where the type has none
  std::string health_check_path;  // web services only
  std::string dashboard_url;      // its page, safe to show and open; empty: not in the reply
  bool shares_name = false;       // another one in the workspace has the same name: canonical_order.h

  /// The name to show, with the id if the name is ambiguous.
  std::string label() const;
  /// The automatic deploy setting in the form to restore it on Render: the trigger, or "yes" or "no" if
  /// Render reports none. Empty: not in the reply.
  std::string auto_deploy_word() const;
  bool operator==(const Service&) const = default;
};

constexpr std::size_t longest_address = 512;
/// An https URL of at most that many valid characters, which is safe to show and open.
bool is_web_address(std::string_view text);

/// The pages of a deploy and of the log of the service with this page; empty if it is empty.
std::string deploy_page(const std::string& dashboard_url, const DeployId& deploy);
std::string log_page(const std::string& dashboard_url);

/// The encoded URL of its health check; empty if there is none. Only web services have one.
std::string health_url(const Service& service);

}  // namespace envlink::model
