#include "api/json_reader.h"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "base/characters.h"
#include "base/utf8.h"

namespace envlink::api {
namespace {

namespace json = boost::json;

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_';
  });
}

/// Cut between two characters.
std::string_view bounded(std::string_view text) {
  if (text.size() <= max_text_size) return text;
  std::size_t end = max_text_size;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

}  // namespace

Result<json::value> parse_json(std::string_view body) {
  if (body.size() > max_body_size) return fail(unreadable("the reply", "is larger than 8 MiB"));
  if (body.empty()) return fail(unreadable("the reply", "is empty"));
  json::parse_options options;
  options.max_depth = max_json_depth;
  json::error_code error;
  json::value value = json::parse({body.data(), body.size()}, error, {}, options);
  // The library's own message names no content, so no secret can pass here.
  if (error) return fail(unreadable("the reply", "is not valid JSON: " + error.message()));
  return value;
}

Result<Node> node_of(const Value& value, const Value& root) {
  if (!value.is_object()) return fail(unreadable(path_to(root, value), "is not an object"));
  return Node{&value, &root};
}

Result<Node> unwrap(const Node& item, std::string_view wrapper) {
  const Value* inner = item.object->find(wrapper);
  if (inner == nullptr) return item;
  return node_of(*inner, *item.root);
}

const Value* Node::get(std::string_view key) const {
  const Value* value = object->find(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string Node::path_of(std::string_view key) const {
  return path_to(*root, *object).append(1, '.').append(key);
}

std::string_view Node::id_view(std::string_view key) const {
  const Value* value = get(key);
  return value == nullptr || !value->is_text() || !is_id(value->text) ? std::string_view{} : value->text;
}

Result<std::string> Node::id(std::string_view key) const {
  const std::string_view found = id_view(key);
  if (!found.empty()) return std::string(found);
  return fail(unreadable(path_of(key), get(key) == nullptr ? "is missing" : "is not an id"));
}

std::string Node::optional_id(std::string_view key) const {
  return std::string(id_view(key));
}

std::string_view Node::view(std::string_view key) const {
  const Value* value = get(key);
  return value == nullptr ? std::string_view{} : bounded(value->text);
}

std::string Node::text(std::string_view key) const {
  return std::string(view(key));
}

std::optional<Time> Node::time(std::string_view key) const {
  return parse_rfc3339(view(key));
}

bool Node::flag(std::string_view key, std::string_view word) const {
  const Value* value = get(key);
  if (value == nullptr) return false;
  return value->kind == Kind::truth ? value->truth : view(key) == word;
}

Node Node::child(std::string_view key) const {
  static const Value empty{.kind = Kind::object};
  const Value* value = get(key);
  if (value == nullptr || !value->is_object()) return {&empty, &empty};
  return {value, root};
}

}  // namespace envlink::api
