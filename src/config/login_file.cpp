#include "config/login_file.h"

#include "config/file.h"
#include "yaml/document.h"

namespace envlink::config {
namespace {

std::string text_at(const yaml::Node& mapping, std::string_view key) {
  const yaml::Node* value = mapping.find(key);
  const bool usable =
      value != nullptr && !value->broken && value->kind == yaml::Kind::scalar && !yaml::is_null(*value);
  return usable ? value->text : std::string{};
}

}  // namespace

std::optional<Login> parse_login(std::string_view text) {
  const yaml::Document document = yaml::parse(text, yaml::max_file_size);
  if (!document.root || document.root->kind != yaml::Kind::mapping) return std::nullopt;
  Login login;
  login.workspace = text_at(*document.root, "workspace");
  const yaml::Node* api = document.root->find("api");
  if (api == nullptr) return login;
  login.key = text_at(*api, "key");
  login.host = text_at(*api, "host");
  const yaml::Node* expires = api->find("expires_at");
  const auto seconds = expires == nullptr ? std::nullopt : yaml::as_integer(*expires);
  if (seconds && *seconds > 0) login.expires_at = seconds;  // the CLI writes 0 for a key without an end
  return login;
}

}  // namespace envlink::config
