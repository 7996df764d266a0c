#include "api/reply_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/utf8.h"

namespace envlink::api {
namespace {

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_';
  });
}

std::string in_document(const std::string& path) {
  return path.empty() || path.front() == '[' ? "$" + path : "$." + path;
}

/// Cuts between two characters.
std::string_view bounded(std::string_view text) {
  if (text.size() <= max_text_size) return text;
  std::size_t end = max_text_size;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

}  // namespace

Error unreadable(std::string_view path, std::string_view trouble) {
  return {.what = "Render's reply could not be read",
          .why = fmt::format("{} {}", path, trouble),
          .cure = "Try again. If it keeps failing, the API may have changed: please report it."};
}

Result<const json::Value*> read_body(json::Document& document, std::string_view body) {
  if (body.empty()) return fail(unreadable("the reply", "is empty"));
  const auto root =
      document.read(body, {.size = max_body_size, .elements = max_elements, .values = max_values});
  if (root) return *root;
  const json::Fault& fault = root.error();
  return fail(unreadable(fault.where.empty() ? "the reply" : in_document(fault.where), fault.what));
}

std::string place_of(const json::Value& value, const json::Value& root) {
  return in_document(json::path_to(root, value));
}

Result<Node> node_of(const json::Value& value, const json::Value& root) {
  if (!value.is_object()) return fail(unreadable(place_of(value, root), "is not an object"));
  return Node{&value, &root};
}

Result<Node> unwrap(const Node& item, std::string_view wrapper) {
  const json::Value* inner = item.object->find(wrapper);
  if (inner == nullptr) return item;
  return node_of(*inner, *item.root);
}

const json::Value* Node::get(std::string_view key) const {
  const json::Value* value = object->find(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string Node::path_of(std::string_view key) const {
  return place_of(*object, *root).append(1, '.').append(key);
}

std::string_view Node::id_view(std::string_view key) const {
  const json::Value* value = get(key);
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
  const json::Value* value = get(key);
  return value == nullptr ? std::string_view{} : bounded(value->text);
}

std::string Node::text(std::string_view key) const {
  return std::string(view(key));
}

std::optional<Time> Node::time(std::string_view key) const {
  return parse_rfc3339(view(key));
}

bool Node::flag(std::string_view key, std::string_view word) const {
  const json::Value* value = get(key);
  if (value == nullptr) return false;
  return value->kind == json::Kind::truth ? value->truth : view(key) == word;
}

Node Node::child(std::string_view key) const {
  static const json::Value empty{.kind = json::Kind::object};
  const json::Value* value = get(key);
  if (value == nullptr || !value->is_object()) return {&empty, &empty};
  return {value, root};
}

}  // namespace envlink::api
