#pragma once
// Reading of foreign JSON: bounded in size and depth, and every complaint names the place in the document.
// Private to this room.

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/document.h"
#include "api/failure.h"
#include "api/message.h"
#include "api/replies.h"
#include "base/error.h"
#include "base/time.h"

namespace envlink::api {

constexpr std::size_t max_text_size = 512;  // bytes of a name or a word

/// As a tree, where a text must be looked at whole.
Result<boost::json::value> parse_json(std::string_view body);

/// An object, and the document that it stands in.
struct Node {
  const Value* object = nullptr;
  const Value* root = nullptr;

  /// The value, or nullptr when it is absent or null.
  const Value* get(std::string_view key) const;
  /// "$[3].service.id"
  std::string path_of(std::string_view key) const;

  /// Required: 1 to 128 letters, digits, '-' or '_'.
  Result<std::string> id(std::string_view key) const;
  /// The same, but empty when it is absent or no id. A view holds as long as the document.
  std::string_view id_view(std::string_view key) const;
  std::string optional_id(std::string_view key) const;
  /// Cut to max_text_size; empty when it is absent or no string.
  std::string text(std::string_view key) const;
  std::string_view view(std::string_view key) const;
  std::optional<Time> time(std::string_view key) const;
  /// Render writes some truths as words: true when the value is `true` or the word.
  bool flag(std::string_view key, std::string_view word) const;
  /// An object with no members when it is absent or no object.
  Node child(std::string_view key) const;
};

Result<Node> node_of(const Value& value, const Value& root);
/// The object under `wrapper`, or the item itself where Render sends it bare.
Result<Node> unwrap(const Node& item, std::string_view wrapper);

/// Calls `each(node)` for every element, which must be an object. `each` returns Result<void>.
template <class Each>
Result<void> for_each_object(const Value& list, const Value& root, Each each) {
  if (list.is_null()) return {};  // Render writes some empty lists so
  if (!list.is_list()) return fail(unreadable(path_to(root, list), "is not a list"));
  for (const Value* one = list.first(); one != list.next(); one = one->next()) {
    auto result = node_of(*one, root).and_then(each);
    if (!result) return result;
  }
  return {};
}

/// A whole reply: an object, decoded by `decode(node)`.
template <class T, class Decode>
Result<T> read_object(const Response& response, Decode decode) {
  Document document;
  auto result = document.read(response.body).and_then([&](const Value* root) -> Result<T> {
    return node_of(*root, *root).and_then(decode);
  });
  if (!result) result.error().request_id = request_id_of(response);
  return result;
}

/// A whole reply: a list of objects, wrapped or bare, each decoded by `decode(node)`.
template <class T, class Decode>
Result<Page<T>> read_page(const Response& response, std::string_view wrapper, Decode decode) {
  Document document;
  auto result = document.read(response.body).and_then([&](const Value* root) -> Result<Page<T>> {
    Page<T> page;
    return for_each_object(*root, *root,
                           [&](const Node& item) -> Result<void> {
                             ++page.length;
                             page.cursor = item.text("cursor");
                             return unwrap(item, wrapper).and_then(decode).map([&](T decoded) {
                               page.items.push_back(std::move(decoded));
                             });
                           })
        .map([&] { return std::move(page); });
  });
  if (!result) result.error().request_id = request_id_of(response);
  return result;
}

}  // namespace envlink::api
