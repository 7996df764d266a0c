#pragma once
// libfyaml's event stream behind one class. Prints nothing: its errors become Problems.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "yaml/problem.h"

namespace envlink::yaml {

struct Event {
  enum class Type {
    other,
    document_start,
    scalar,
    alias,
    sequence_start,
    sequence_end,
    mapping_start,
    mapping_end
  };
  Type type = Type::other;
  std::string text;    // of a scalar; the name of an alias
  std::string anchor;  // name; empty without one
  std::string tag;     // resolved: "tag:yaml.org,2002:str"; empty without one
  bool plain = false;
  bool placed = false;    // an empty value has no place
  std::size_t start = 0;  // byte offsets; quotes included
  std::size_t end = 0;
};

class Events {
 public:
  /// `text` must outlive this and be valid UTF-8 without control characters: libfyaml 0.7.12 never returns on
  /// some other texts.
  explicit Events(std::string_view text);
  ~Events();
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  /// Unset at the end of the stream or after an error.
  std::optional<Event> next();
  /// Why the stream ended early; empty if it did not.
  std::vector<Problem> problems() const;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace envlink::yaml
