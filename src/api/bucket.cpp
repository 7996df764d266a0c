#include "api/bucket.h"

#include <string_view>

namespace envlink::api {
namespace {

/// Removes the next segment from a path and returns it; "" at the end.
std::string_view next_segment(std::string_view& path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

/// Writes that Render counts per service. `leaf`: the path after the service's id.
bool is_counted_per_service(Method method, std::string_view leaf) {
  if (leaf.empty()) return method == Method::patch;
  return method == Method::post &&
         (leaf == "deploys" || leaf == "scale" || leaf == "suspend" || leaf == "resume");
}

}  // namespace

std::string bucket_of(const Request& request) {
  if (request.foreign) return {};
  std::string_view path = request.target;
  path = path.substr(0, path.find('?'));
  const std::string_view root = next_segment(path);
  if (request.method == Method::get) return root == "logs" && next_segment(path).empty() ? "logs" : "reads";
  if (root != "services") return "writes";
  const std::string_view id = next_segment(path);
  if (id.empty()) return request.method == Method::post ? "creates" : "writes";
  const std::string_view leaf = next_segment(path);
  if (!is_counted_per_service(request.method, leaf) || !next_segment(path).empty()) return "writes";
  return "service " + (id.starts_with("crn-") ? std::string("crn") : std::string(id));
}

std::string_view subject_of(const Request& request) {
  if (request.foreign) return request.target;
  std::string_view path = request.target;
  path = path.substr(0, path.find('?'));
  std::string_view subject;
  for (auto segment = next_segment(path); !segment.empty(); segment = next_segment(path)) {
    if (segment == "services" || segment == "env-groups") subject = next_segment(path);
  }
  return subject;
}

}  // namespace envlink::api
