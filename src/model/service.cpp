#include "model/service.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace envlink::model {
namespace {

// The names in a group's serviceLinks.
constexpr std::array<std::string_view, 5> short_names = {"web", "pserv", "worker", "cron", "static"};

}  // namespace

ServiceType service_type_from(std::string_view text) {
  const auto found = std::find(short_names.begin(), short_names.end(), text);
  if (found != short_names.end()) return static_cast<ServiceType>(found - short_names.begin());
  return from_word<ServiceType>(text).value_or(ServiceType::unknown);
}

std::string Service::label() const {
  return shares_name ? name + " (" + id.text() + ")" : name;
}

std::string Service::auto_deploy_word() const {
  if (!auto_deploy_trigger.empty()) return auto_deploy_trigger;
  if (!auto_deploy) return {};
  return *auto_deploy ? "yes" : "no";
}

bool is_web_address(std::string_view text) {
  constexpr std::string_view scheme = "https://";
  if (!text.starts_with(scheme) || text.size() == scheme.size() || text.size() > longest_address)
    return false;
  return std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < '\x7f' && std::string_view("\"'<>\\^`{|}").find(c) == std::string_view::npos;
  });
}

std::string deploy_page(const std::string& dashboard_url, const DeployId& deploy) {
  return dashboard_url.empty() ? std::string{} : dashboard_url + "/deploys/" + deploy.text();
}

std::string log_page(const std::string& dashboard_url) {
  return dashboard_url.empty() ? std::string{} : dashboard_url + "/logs";
}

std::string health_url(const Service& service) {
  if (service.type != ServiceType::web_service || service.url.empty() || service.health_check_path.empty())
    return {};
  std::string_view root = service.url;
  while (root.ends_with('/')) root.remove_suffix(1);
  std::string url(root);
  if (!service.health_check_path.starts_with('/')) url += '/';
  // Characters allowed in a path and a query; '#' would cut off the rest.
  append_percent_encoded(url, service.health_check_path, "/?%!$&'()*+,;=:@");
  return url;
}

}  // namespace envlink::model
