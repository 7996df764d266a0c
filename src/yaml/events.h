#pragma once
// libfyaml's event stream behind one class. It prints nothing by itself: what it has to say is a Problem.

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
  bool placed = false;    // an empty value stands nowhere
  std::size_t start = 0;  // byte offsets; quotes included
  std::size_t end = 0;
};

class Events {
 public:
  /// `text` must outlive this, be valid UTF-8 and hold no control characters: libfyaml 0.7.12 never ends on
  /// some texts that do not.
  explicit Events(std::string_view text);
  ~Events();
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  /// Unset at the end, whether reached or forced by an error.
  std::optional<Event> next();
  /// Why the stream ended early; empty when it did not.
  std::vector<Problem> problems() const;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace envlink::yaml
