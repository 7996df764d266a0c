#include "api/endpoints.h"

#include <algorithm>
#include <boost/json.hpp>

namespace envlink::api {
namespace {

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

std::string percent_encode_except(std::string_view text, std::string_view kept) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto is_kept = [&](char c) { return is_unreserved(c) || kept.find(c) != std::string_view::npos; };
  if (std::all_of(text.begin(), text.end(), is_kept)) return std::string(text);
  std::string out;
  out.reserve(3 * text.size());
  for (const char c : text) {
    if (is_kept(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', digits[byte >> 4U], digits[byte & 15U]});
    }
  }
  return out;
}

std::string service_path(const ServiceId& service) {
  return "/services/" + percent_encode(service.text());
}

std::string group_path(const GroupId& group) {
  return "/env-groups/" + percent_encode(group.text());
}

std::string link_path(const GroupId& group, const ServiceId& service) {
  return group_path(group) + service_path(service);
}

Request get_page(std::string target, int limit, std::string_view cursor) {
  target += target.find('?') == std::string::npos ? "?limit=" : "&limit=";
  target += std::to_string(std::clamp(limit, 1, page_size));
  if (!cursor.empty()) target += "&cursor=" + percent_encode(cursor);
  return {.method = Method::get, .target = std::move(target)};
}

}  // namespace

std::string_view to_string(DeployMode mode) {
  return mode == DeployMode::deploy_only ? "deploy_only" : "build_and_deploy";
}

std::string percent_encode(std::string_view text) {
  return percent_encode_except(text, "");
}

Request list_owners(std::string_view cursor) {
  return get_page("/owners", page_size, cursor);
}

Request list_services(const OwnerId& owner, std::string_view cursor) {
  return get_page("/services?ownerId=" + percent_encode(owner.text()) + "&includePreviews=false", page_size,
                  cursor);
}

Request list_groups(const OwnerId& owner, std::string_view cursor) {
  return get_page("/env-groups?ownerId=" + percent_encode(owner.text()), page_size, cursor);
}

Request get_group(const GroupId& group) {
  return {.method = Method::get, .target = group_path(group)};
}

Request link_group(const GroupId& group, const ServiceId& service) {
  return {.method = Method::post, .target = link_path(group, service)};
}

Request unlink_group(const GroupId& group, const ServiceId& service) {
  return {.method = Method::delete_, .target = link_path(group, service)};
}

Request patch_service_groups(const ServiceId& service, std::span<const GroupId> groups) {
  boost::json::array ids;
  for (const GroupId& group : groups) ids.emplace_back(group.text());
  return {.method = Method::patch,
          .target = service_path(service),
          .body = boost::json::serialize(boost::json::object{{"envGroupIds", std::move(ids)}})};
}

Request create_deploy(const ServiceId& service, DeployMode mode) {
  return {.method = Method::post,
          .target = service_path(service) + "/deploys",
          .body = mode == DeployMode::build_and_deploy ? "{}" : R"({"deployMode":"deploy_only"})"};
}

Request roll_back(const ServiceId& service, const DeployId& to) {
  return {.method = Method::post,
          .target = service_path(service) + "/rollback",
          .body = boost::json::serialize(boost::json::object{{"deployId", to.text()}})};
}

Request list_deploys(const ServiceId& service, int limit, std::string_view cursor) {
  return get_page(service_path(service) + "/deploys", limit, cursor);
}

Request get_deploy(const ServiceId& service, const DeployId& deploy) {
  return {.method = Method::get,
          .target = service_path(service) + "/deploys/" + percent_encode(deploy.text())};
}

Request list_service_variables(const ServiceId& service, std::string_view cursor) {
  return get_page(service_path(service) + "/env-vars", page_size, cursor);
}

Request get_health(const model::Service& service) {
  std::string_view url = service.url;
  while (url.ends_with('/')) url.remove_suffix(1);
  // What a path and a query may hold as it is; '#' would cut the rest off.
  std::string path = percent_encode_except(service.health_check_path, "/?%!$&'()*+,;=:@");
  if (!path.starts_with('/')) path.insert(0, "/");
  return {.method = Method::get, .target = std::string(url) + path, .foreign = true};
}

}  // namespace envlink::api
