#include "emulator/routes.h"

#include <fmt/format.h>

#include "base/text.h"

namespace envlink::emulator {

Reply refuse(int status, std::string_view message) {
  return answer_object([&](json::Writer& out) { out("message", message); }, status);
}

Reply not_found(std::string_view id) {
  return refuse(404, fmt::format("not found: {}", clean(id, 100)));
}

// What Render says about a path or method it does not know is unknown; the statuses are HTTP's own.
Reply no_such_route() {
  return refuse(404, "not found");
}
Reply wrong_method() {
  return refuse(405, "method not allowed");
}

Body::Body(std::string_view text) {
  const bool blank = text.find_first_not_of(" \t\r\n") == std::string_view::npos;
  const auto root = document_.read(blank ? "{}" : text);
  if (root && (*root)->is_object()) root_ = *root;
}

std::vector<std::string_view> Body::keys() const {
  std::vector<std::string_view> keys;
  if (root_ == nullptr) return keys;
  for (const json::Value* key = root_->first(); key != root_->next(); key = key[1].next())
    keys.push_back(key->text);
  return keys;
}

}  // namespace envlink::emulator
