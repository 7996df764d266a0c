#include "api/bucket.h"

#include <array>
#include <cstddef>
#include <string_view>

namespace envlink::api {
namespace {

struct Path {
  std::array<std::string_view, 4> segments{};  // the first ones: no bucket depends on more
  std::size_t size = 0;                        // of all
  std::string_view operator[](std::size_t place) const { return segments[place]; }
};

Path path_of(std::string_view target) {
  target = target.substr(0, target.find('?'));
  Path path;
  while (!target.empty()) {
    const auto slash = target.find('/');
    if (slash != 0) {
      if (path.size < path.segments.size()) path.segments[path.size] = target.substr(0, slash);
      ++path.size;
    }
    target.remove_prefix(slash == std::string_view::npos ? target.size() : slash + 1);
  }
  return path;
}

/// The writes that Render counts for each service by itself.
bool is_counted_per_service(Method method, const Path& path) {
  if (path.size == 2) return method == Method::patch;
  if (path.size != 3 || method != Method::post) return false;
  return path[2] == "deploys" || path[2] == "scale" || path[2] == "suspend" || path[2] == "resume";
}

}  // namespace

std::string bucket_of(const Request& request) {
  if (request.foreign) return {};
  const Path path = path_of(request.target);
  if (request.method == Method::get) return path.size == 1 && path[0] == "logs" ? "logs" : "reads";
  if (path.size == 0 || path[0] != "services") return "writes";
  if (path.size == 1) return request.method == Method::post ? "creates" : "writes";
  if (!is_counted_per_service(request.method, path)) return "writes";
  return "service " + (path[1].starts_with("crn-") ? std::string("crn") : std::string(path[1]));
}

}  // namespace envlink::api
