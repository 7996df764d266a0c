#pragma once
// A request's target taken apart: "/v1/services?name=a,b&limit=20".

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace envlink::emulator {

class Query {
 public:
  Query() = default;
  explicit Query(std::string_view text);

  /// The first value, or nullptr.
  const std::string* first(std::string_view name) const;
  /// Is `value` asked for? True when the parameter is absent. Both encodings of an array are understood:
  /// `name=a,b` and `name=a&name=b`.
  bool wants(std::string_view name, std::string_view value) const;
  bool has(std::string_view name) const { return first(name) != nullptr; }
  /// Is `time` inside `<name>After` … `<name>Before`, as far as those are given? An absent time is outside.
  bool in_range(std::string_view name, std::optional<Time> time) const;

 private:
  /// The first value of the parameter `name` followed by `suffix`.
  const std::string* first_of(std::string_view name, std::string_view suffix) const;

  std::vector<std::pair<std::string, std::string>> values_;  // lists already split at their commas
};

constexpr std::size_t longest_path = 8;  // segments; the longest route has six

/// Holds as long as the text that it was taken from.
struct Target {
  std::array<std::string_view, longest_path> path{};  // decoded segments, "v1" first
  std::size_t depth = 0;                              // how many of them there are
  std::vector<char> decoded{};                        // what segments with escapes stand for
  Query query{};
};

/// Unset when the path has more segments than any route, or a broken escape.
std::optional<Target> parse_target(std::string_view text);

}  // namespace envlink::emulator
