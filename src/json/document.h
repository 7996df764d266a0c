#pragma once
// JSON text as a flat list of values in the order of the text. Bounded and read in one pass: no tree is
// built, and values point into the text.

#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace envlink::json {

struct Limits {
  std::size_t size = std::size_t{32} * 1024 * 1024;  // bytes of the text
  std::size_t depth = 32;
  std::size_t elements =
      static_cast<std::size_t>(-1);  // per list: an element takes far more memory than its bytes
  std::size_t values = static_cast<std::size_t>(-1);  // in total
  bool any_bytes = false;                             // texts need not be UTF-8
};

/// What is wrong with a text, and where. Never quotes the text.
struct Fault {
  std::string where;  // "owner.id", "[3].service.id"; empty: the whole text
  std::string what;   // "is missing"

  /// "`owner.id` is missing", "it is not JSON: syntax error"
  std::string text() const { return (where.empty() ? "it" : "`" + where + "`") + " " + what; }
};

template <class T>
using Read = tl::expected<T, Fault>;

enum class Kind : std::uint8_t { null, truth, whole, number, text, list, object };

/// A value's content follows it: the items of a list; for an object, each key as a text and then its value.
struct Value {
  Kind kind = Kind::null;
  bool truth = false;
  std::uint32_t span = 1;  // number of values: itself and its content
  std::int64_t whole = 0;  // `number`: not whole, or too large, which no caller needs yet
  std::string_view text{};

  const Value* first() const { return this + 1; }
  const Value* next() const { return this + span; }
  bool is_null() const { return kind == Kind::null; }
  bool is_text() const { return kind == Kind::text; }
  bool is_list() const { return kind == Kind::list; }
  bool is_object() const { return kind == Kind::object; }
  /// The value of `key`, the last if repeated; nullptr if missing or if this is not an object.
  const Value* find(std::string_view key) const;
};

class Document {
 public:
  Document() = default;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  /// Reads `text`, which must outlive the document. Call it once.
  Read<const Value*> read(std::string_view text, const Limits& limits = {});

 private:
  struct Handler;
  std::vector<Value> values_;
  std::forward_list<std::string> unescaped_;
};

/// The path of a value inside `root`: "[3].service", "owner.id"; empty: it is `root`.
std::string path_to(const Value& root, const Value& value);

}  // namespace envlink::json
