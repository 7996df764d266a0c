#pragma once
// A service of the workspace, as far as a rollout needs to know it.

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
/// Those that a file can name.
constexpr auto service_types =
    std::to_array({ServiceType::web_service, ServiceType::private_service, ServiceType::background_worker,
                   ServiceType::cron_job, ServiceType::static_site});
constexpr std::string_view to_string(ServiceType type) {
  return word(type);
}
/// Also the short names that a group's serviceLinks use (static, web, pserv, worker, cron).
ServiceType service_type_from(std::string_view text);

struct Service {
  ServiceId id;
  std::string name;
  ServiceType type = ServiceType::unknown;
  std::string type_text;  // as Render wrote it; differs from `type` only when that is unknown
  OwnerId owner;
  std::optional<EnvironmentId> environment;
  std::optional<bool> auto_deploy;  // unset: not told
  std::string auto_deploy_trigger;  // Render's word: "commit", "checksPass", "off"; empty: not told
  bool suspended = false;
  bool preview = false;           // a preview instance of another service (serviceDetails.parentServer)
  bool image_backed = false;      // deploys an image: nothing is built
  bool artifact_sourced = false;  // deploys what an artifact source builds, with that one's variables
  bool has_disk = false;          // deploys with downtime
  std::string url;                // serviceDetails.url; empty where the type has none
  std::string health_check_path;  // web services only
  std::string dashboard_url;      // its page, fit to be shown and opened; empty: not told
  bool shares_name = false;       // another one of the workspace is called so: canonical_order.h

  /// What people are told it is called: its name, and its id as well where the name says too little.
  std::string label() const;
  /// What says whether it deploys on its own, as it is given back to Render: its trigger, or "yes" or "no"
  /// where Render tells none. Empty: not told.
  std::string auto_deploy_word() const;
  bool operator==(const Service&) const = default;
};

constexpr std::size_t longest_address = 512;
/// An https URL of at most so many characters, all of which may stand in one: it can be shown and opened.
bool is_web_address(std::string_view text);

/// The page of a deploy of the service whose page this is, and that of its log; empty where that is.
std::string deploy_page(const std::string& dashboard_url, const DeployId& deploy);
std::string log_page(const std::string& dashboard_url);

/// Where its health check path is asked, fit to be sent; empty where nothing can be asked: only web services
/// have one.
std::string health_url(const Service& service);

}  // namespace envlink::model
