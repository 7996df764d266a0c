#pragma once
// Reading of foreign JSON: bounded in size and depth, and every complaint names the place in the document.
// Private to this room.

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/failure.h"
#include "api/message.h"
#include "api/replies.h"
#include "base/error.h"
#include "base/time.h"

namespace envlink::api {

constexpr std::size_t max_json_depth = 32;
constexpr std::size_t max_text_size = 512;    // bytes of a name or a word
constexpr std::size_t max_elements = 10'000;  // of a list: an element takes far more room than its bytes

/// Where the values of one reply live. The small ones, which are nearly all, never leave the stack, and
/// nothing is freed piece by piece.
class ReplyMemory {
 public:
  boost::json::storage_ptr storage() { return &resource_; }

 private:
  unsigned char first_[4096];
  boost::json::monotonic_resource resource_{first_, sizeof(first_)};
};

Result<boost::json::value> parse_json(std::string_view body, boost::json::storage_ptr storage = {});

/// "Render's reply could not be read", with the place and what is wrong there.
Error unreadable(std::string_view path, std::string_view trouble);

/// An object and where it stands: "$[3].service".
struct Node {
  const boost::json::object* object = nullptr;
  std::string path;

  /// The value, or nullptr when it is absent or null.
  const boost::json::value* get(std::string_view key) const;
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

Result<Node> node_of(const boost::json::value& value, std::string path);
/// The object under `wrapper`, or the item itself where Render sends it bare.
Result<Node> unwrap(const Node& item, std::string_view wrapper);

/// Calls `each(node)` for every element, which must be an object. `each` returns Result<void>.
template <class Each>
Result<void> for_each_object(const boost::json::value& list, const std::string& path, Each each) {
  if (list.is_null()) return {};  // Render writes some empty lists so
  const auto* array = list.if_array();
  if (array == nullptr) return fail(unreadable(path, "is not a list"));
  if (array->size() > max_elements) {
    return fail(unreadable(path, "is a list of more than " + std::to_string(max_elements)));
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    auto result = node_of((*array)[i], path + "[" + std::to_string(i) + "]").and_then(each);
    if (!result) return result;
  }
  return {};
}

/// A whole reply: an object, decoded by `decode(node)`.
template <class T, class Decode>
Result<T> read_object(const Response& response, Decode decode) {
  ReplyMemory memory;
  auto result =
      parse_json(response.body, memory.storage()).and_then([&](const boost::json::value& value) -> Result<T> {
        return node_of(value, "$").and_then(decode);
      });
  if (!result) result.error().request_id = request_id_of(response);
  return result;
}

/// A whole reply: a list of objects, wrapped or bare, each decoded by `decode(node)`.
template <class T, class Decode>
Result<Page<T>> read_page(const Response& response, std::string_view wrapper, Decode decode) {
  ReplyMemory memory;
  auto result =
      parse_json(response.body, memory.storage())
          .and_then([&](const boost::json::value& value) -> Result<Page<T>> {
            Page<T> page;
            return for_each_object(value, "$",
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
