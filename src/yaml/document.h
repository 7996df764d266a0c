#pragma once
// YAML 1.2 as a bounded tree of values with places. Anchors, aliases and `<<` are resolved; aliases share
// their nodes. Only events.cpp uses libfyaml.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/place.h"
#include "yaml/problem.h"

namespace envlink::yaml {

constexpr std::size_t max_file_size = std::size_t{4} * 1024 * 1024;
constexpr std::size_t max_values = 100'000;  // aliases count as what they expand to
constexpr std::size_t max_depth = 50;

enum class Kind { scalar, sequence, mapping };

struct Node;
using NodePtr = std::shared_ptr<const Node>;

struct Entry {
  std::string key;
  Place place;
  int length = 1;
  NodePtr value;
};

struct Node {
  Kind kind = Kind::scalar;
  std::string text;     // of a scalar
  bool plain = false;   // a scalar without quotes: may be a number, true, null
  bool broken = false;  // a problem was already reported: report nothing more about it
  std::vector<NodePtr> items;
  std::vector<Entry> entries;  // in the file's order, merged ones last
  Place place;
  int length = 1;          // characters on its first line
  std::size_t weight = 1;  // values in it, aliases expanded

  const Node* find(std::string_view key) const;
};

struct Document {
  NodePtr root;  // null if the text is not YAML
  std::vector<Problem> problems;
};

/// Parses one document of at most `limit` bytes.
Document parse(std::string_view text, std::size_t limit);

// The meaning of a scalar without quotes (YAML 1.2 core schema).
bool is_null(const Node& node);
std::optional<bool> as_bool(const Node& node);
std::optional<std::int64_t> as_integer(const Node& node);
bool is_number(const Node& node);
/// A scalar with none of these meanings.
bool is_text(const Node& node);
/// "a list", "a number", "nothing": for "must be …, found …".
std::string_view kind_words(const Node& node);

}  // namespace envlink::yaml
