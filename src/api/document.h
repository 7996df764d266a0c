#pragma once
// A reply's JSON as a flat list of values, in the order of its text. It is read once and thrown away, so no
// tree is built and no text is copied: a value points into the body. Private to this room.

#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <string>
#include <string_view>

#include "base/error.h"

namespace envlink::api {

constexpr std::size_t max_json_depth = 32;
constexpr std::size_t max_elements = 10'000;   // of a list: an element takes far more room than its bytes
constexpr std::size_t max_values = 1'000'000;  // of a reply

enum class Kind : std::uint8_t { null, truth, whole, number, text, list, object };

/// What is in it follows it: the items of a list; of an object each key, as a text, and behind it its value.
struct Value {
  Kind kind = Kind::null;
  bool truth = false;
  std::uint32_t span = 1;  // of values: itself and what is in it
  std::int64_t whole = 0;
  std::string_view text{};

  const Value* first() const { return this + 1; }
  const Value* next() const { return this + span; }
  bool is_null() const { return kind == Kind::null; }
  bool is_text() const { return kind == Kind::text; }
  bool is_list() const { return kind == Kind::list; }
  bool is_object() const { return kind == Kind::object; }
  /// Of an object: the value under `key`, the last where there are several; or nullptr.
  const Value* find(std::string_view key) const;
};

class Document {
 public:
  Document() = default;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  /// Reads `body`, which must live as long as the document. Once only.
  Result<const Value*> read(std::string_view body);

 private:
  struct Handler;
  boost::container::small_vector<Value, 128> values_;  // nearly every reply fits
  std::forward_list<std::string> unescaped_;
};

/// "Render's reply could not be read", with the place and what is wrong there.
Error unreadable(std::string_view path, std::string_view trouble);

/// Where a value stands in the document that begins with `root`: "$[3].service".
std::string path_to(const Value& root, const Value& value);

}  // namespace envlink::api
