#include "model/service.h"

#include <array>

#include "base/percent.h"

namespace envlink::model {
namespace {

struct TypeName {
  ServiceType type;
  std::string_view name;
  std::string_view short_name;
};
constexpr std::array<TypeName, 5> type_names = {{
    {ServiceType::static_site, "static_site", "static"},
    {ServiceType::web_service, "web_service", "web"},
    {ServiceType::private_service, "private_service", "pserv"},
    {ServiceType::background_worker, "background_worker", "worker"},
    {ServiceType::cron_job, "cron_job", "cron"},
}};

}  // namespace

std::string_view to_string(ServiceType type) {
  for (const TypeName& entry : type_names) {
    if (entry.type == type) return entry.name;
  }
  return "unknown";
}

ServiceType service_type_from(std::string_view text) {
  for (const TypeName& entry : type_names) {
    if (entry.name == text || entry.short_name == text) return entry.type;
  }
  return ServiceType::unknown;
}

std::string health_url(const Service& service) {
  if (service.type != ServiceType::web_service || service.url.empty() || service.health_check_path.empty())
    return {};
  std::string_view root = service.url;
  while (root.ends_with('/')) root.remove_suffix(1);
  std::string url(root);
  if (!service.health_check_path.starts_with('/')) url += '/';
  // What a path and a query may hold as it is; '#' would cut the rest off.
  append_percent_encoded(url, service.health_check_path, "/?%!$&'()*+,;=:@");
  return url;
}

}  // namespace envlink::model
