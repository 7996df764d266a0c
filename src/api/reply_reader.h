#pragma once
// Reads Render's replies: bounded in size and depth, ignoring unknown fields. Every error names the place in
// the document. Private to this folder.

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/message.h"
#include "api/rate_limit_headers.h"
#include "api/replies.h"
#include "base/error.h"
#include "base/time.h"
#include "json/document.h"

namespace envlink::api {

constexpr std::size_t max_text_size = 512;     // bytes of a name or a word
constexpr std::size_t max_elements = 10'000;   // of a list
constexpr std::size_t max_values = 1'000'000;  // of a reply

/// "Render's reply could not be read", with the place and the problem.
Error unreadable(std::string_view path, std::string_view trouble);

/// Reads a reply's body, which must outlive the document.
Result<const json::Value*> read_body(json::Document& document, std::string_view body);

/// An object and its document.
struct Node {
  const json::Value* object = nullptr;
  const json::Value* root = nullptr;

  /// The value, or nullptr if it is missing or null.
  const json::Value* get(std::string_view key) const;
  /// "$[3].service.id"
  std::string path_of(std::string_view key) const;

  /// Required: 1 to 128 letters, digits, '-' or '_'.
  Result<std::string> id(std::string_view key) const;
  /// The same, but empty if it is missing or not an id. The view is valid as long as the document.
  std::string_view id_view(std::string_view key) const;
  std::string optional_id(std::string_view key) const;
  /// Cut to max_text_size; empty if it is missing or not a string.
  std::string text(std::string_view key) const;
  std::string_view view(std::string_view key) const;
  std::optional<Time> time(std::string_view key) const;
  /// Render writes some booleans as words: true if the value is `true` or the word.
  bool flag(std::string_view key, std::string_view word) const;
  /// An empty object if it is missing or not an object.
  Node child(std::string_view key) const;
};

Result<Node> node_of(const json::Value& value, const json::Value& root);
/// The object in `wrapper`, or the item itself if Render sends it bare.
Result<Node> unwrap(const Node& item, std::string_view wrapper);

/// "$[3].service"
std::string place_of(const json::Value& value, const json::Value& root);

/// Calls `each(node)` for every element, which must be an object. `each` returns Result<void>.
template <class Each>
Result<void> for_each_object(const json::Value& list, const json::Value& root, Each each) {
  if (list.is_null()) return {};  // Render writes some empty lists as null
  if (!list.is_list()) return fail(unreadable(place_of(list, root), "is not a list"));
  for (const json::Value* one = list.first(); one != list.next(); one = one->next()) {
    auto result = node_of(*one, root).and_then(each);
    if (!result) return result;
  }
  return {};
}

/// A whole reply that is an object, decoded by `decode(node)`.
template <class T, class Decode>
Result<T> read_object(const Response& response, Decode decode) {
  json::Document document;
  auto result = read_body(document, response.body).and_then([&](const json::Value* root) -> Result<T> {
    return node_of(*root, *root).and_then(decode);
  });
  if (!result) result.error().request_id = request_id_of(response);
  return result;
}

/// A list may repeat items: each id counts once, at its first position. For deploys the latest snapshot
/// counts, for everything else the first.
template <class T>
void add_once(std::vector<T>& items, std::unordered_map<std::string, std::size_t>& places, T item) {
  if constexpr (requires { item.id.text(); }) {
    const auto [place, is_new] = places.try_emplace(item.id.text(), items.size());
    if (!is_new) {
      if constexpr (requires { is_later_snapshot(item, item); }) {
        T& known = items[place->second];
        if (is_later_snapshot(item, known)) known = std::move(item);
      }
      return;
    }
  }
  items.push_back(std::move(item));
}

/// A whole reply that is a list of objects, wrapped or bare, each decoded by `decode(node)`.
template <class T, class Decode>
Result<Page<T>> read_page(const Response& response, std::string_view wrapper, Decode decode) {
  json::Document document;
  auto result = read_body(document, response.body).and_then([&](const json::Value* root) -> Result<Page<T>> {
    Page<T> page;
    std::unordered_map<std::string, std::size_t> places;
    return for_each_object(*root, *root,
                           [&](const Node& item) -> Result<void> {
                             ++page.length;
                             page.cursor = item.text("cursor");
                             return unwrap(item, wrapper).and_then(decode).map([&](T decoded) {
                               add_once(page.items, places, std::move(decoded));
                             });
                           })
        .map([&] { return std::move(page); });
  });
  if (!result) result.error().request_id = request_id_of(response);
  return result;
}

}  // namespace envlink::api
