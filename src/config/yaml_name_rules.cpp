#include "config/yaml_name_rules.h"

#include <array>

#include "yaml/mapping_reader.h"

namespace envlink::config {
namespace {

yaml::Node node_of(const std::string& text) {
  yaml::Node node;
  node.text = text;
  return node;
}

template <std::size_t N>
bool may_be_id(const std::string& text, const std::array<std::string_view, N>& prefixes) {
  yaml::Diagnostics diagnostics({});
  return read_id(node_of(text), "id", prefixes, diagnostics).has_value();
}

}  // namespace

bool may_be_word(const std::string& text) {
  yaml::Diagnostics diagnostics({});
  return read_word(node_of(text), "name", "a name", diagnostics).has_value();
}

bool may_be_name(const std::string& text) {
  return may_be_word(text) && !text.starts_with("x-");
}

bool may_be_group_id(const std::string& text) {
  return may_be_id<1>(text, {"evg-"});
}

bool may_be_service_id(const std::string& text) {
  return may_be_id<2>(text, {"srv-", "crn-"});
}

}  // namespace envlink::config
