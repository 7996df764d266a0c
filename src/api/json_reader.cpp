#include "api/json_reader.h"

#include <algorithm>

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

Error unreadable(std::string_view path, std::string_view trouble) {
  return {.what = "Render's reply could not be read",
          .why = std::string(path) + " " + std::string(trouble),
          .cure = "Try again. If it stays so, the API may have changed: please report it."};
}

Result<json::value> parse_json(std::string_view body, json::storage_ptr storage) {
  if (body.size() > max_body_size) return fail(unreadable("the reply", "is larger than 8 MiB"));
  if (body.empty()) return fail(unreadable("the reply", "is empty"));
  json::parse_options options;
  options.max_depth = max_json_depth;
  json::error_code error;
  json::value value = json::parse({body.data(), body.size()}, error, std::move(storage), options);
  // The library's own message names no content, so no secret can pass here.
  if (error) return fail(unreadable("the reply", "is not valid JSON: " + error.message()));
  return value;
}

Result<Node> node_of(const json::value& value, std::string path) {
  const auto* object = value.if_object();
  if (object == nullptr) return fail(unreadable(path, "is not an object"));
  return Node{.object = object, .path = std::move(path)};
}

Result<Node> unwrap(const Node& item, std::string_view wrapper) {
  const auto* inner = item.object->if_contains({wrapper.data(), wrapper.size()});
  if (inner == nullptr) return item;
  return node_of(*inner, item.path_of(wrapper));
}

const json::value* Node::get(std::string_view key) const {
  const auto* value = object->if_contains({key.data(), key.size()});
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string Node::path_of(std::string_view key) const {
  std::string whole;
  whole.reserve(path.size() + 1 + key.size());
  return whole.append(path).append(1, '.').append(key);
}

std::string_view Node::id_view(std::string_view key) const {
  const auto* value = get(key);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr || !is_id({text->data(), text->size()})) return {};
  return {text->data(), text->size()};
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
  const auto* value = get(key);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view{} : bounded({text->data(), text->size()});
}

std::string Node::text(std::string_view key) const {
  return std::string(view(key));
}

std::optional<Time> Node::time(std::string_view key) const {
  return parse_rfc3339(view(key));
}

bool Node::flag(std::string_view key, std::string_view word) const {
  const auto* value = get(key);
  if (value == nullptr) return false;
  const auto* truth = value->if_bool();
  return truth != nullptr ? *truth : view(key) == word;
}

Node Node::child(std::string_view key) const {
  static const json::object empty;
  const auto* value = get(key);
  const auto* inner = value == nullptr ? nullptr : value->if_object();
  return {.object = inner == nullptr ? &empty : inner, .path = path_of(key)};
}

}  // namespace envlink::api
