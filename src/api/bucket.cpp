#include "api/bucket.h"

#include <vector>

namespace envlink::api {
namespace {

std::vector<std::string_view> segments_of(std::string_view target) {
  target = target.substr(0, target.find('?'));
  std::vector<std::string_view> segments;
  while (!target.empty()) {
    const auto slash = target.find('/');
    if (slash != 0) segments.push_back(target.substr(0, slash));
    target.remove_prefix(slash == std::string_view::npos ? target.size() : slash + 1);
  }
  return segments;
}

/// The writes that Render counts for each service by itself.
bool is_counted_per_service(Method method, const std::vector<std::string_view>& path) {
  if (path.size() == 2) return method == Method::patch;
  if (path.size() != 3 || method != Method::post) return false;
  return path[2] == "deploys" || path[2] == "scale" || path[2] == "suspend" || path[2] == "resume";
}

}  // namespace

std::string bucket_of(const Request& request) {
  if (request.foreign) return {};
  const auto path = segments_of(request.target);
  if (request.method == Method::get) return path.size() == 1 && path[0] == "logs" ? "logs" : "reads";
  if (path.empty() || path[0] != "services") return "writes";
  if (path.size() == 1) return request.method == Method::post ? "creates" : "writes";
  if (!is_counted_per_service(request.method, path)) return "writes";
  return "service " + (path[1].starts_with("crn-") ? std::string("crn") : std::string(path[1]));
}

}  // namespace envlink::api
