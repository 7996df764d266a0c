#include "model/service.h"

#include <array>

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

}  // namespace envlink::model
