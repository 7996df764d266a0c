#include "api/replies.h"
#include "api/reply_reader.h"

namespace envlink::api {
namespace {

/// Unset for any other word: "not protected" would be a guess.
std::optional<bool> protection(std::string_view word) {
  if (word == "protected") return true;
  if (word == "unprotected") return false;
  return std::nullopt;
}

Result<model::Environment> decode_environment(const Node& node) {
  return node.id("id").map([&](const std::string&) {
    return model::Environment{.name = node.text("name"),
                              .is_protected = protection(node.view("protectedStatus"))};
  });
}

}  // namespace

Result<model::Environment> parse_environment(const Response& response) {
  return read_object<model::Environment>(response, decode_environment);
}

}  // namespace envlink::api
