#pragma once
// Parses a request's target: "/v1/services?name=a,b&limit=20". Also Render's pages: at most 100 items, 20 by
// default, each item with an opaque cursor; the page after a cursor starts after that item.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace envlink::emulator {

/// Valid as long as the parsed text.
class Query {
 public:
  Query() = default;
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  Query(Query&&) = default;
  Query& operator=(Query&&) = default;
  explicit Query(std::string_view text);

  /// The first value.
  std::optional<std::string_view> first(std::string_view name) const;
  /// Whether the parameter is missing or contains `value`. Accepts both array forms: `name=a,b` and
  /// `name=a&name=b`. The comma may be escaped, as by Render's Terraform provider and MCP server.
  bool wants(std::string_view name, std::string_view value) const;
  /// Every parameter with its value; a list once for each of its items.
  const std::vector<std::pair<std::string_view, std::string_view>>& all() const { return values_; }
  bool has(std::string_view name) const { return first(name).has_value(); }
  /// Whether `time` is between `<name>After` and `<name>Before`, if given. A missing time is outside.
  bool in_range(std::string_view name, std::optional<Time> time) const;

 private:
  /// The first value of the parameter `name` followed by `suffix`.
  std::optional<std::string_view> first_of(std::string_view name, std::string_view suffix) const;
  /// The decoded `text`; unset: a broken escape.
  std::optional<std::string_view> decoded(std::string_view text);

  std::vector<std::pair<std::string_view, std::string_view>> values_;  // lists are already split at commas
  std::forward_list<std::string> decoded_;                             // those that had escapes
};

constexpr std::size_t longest_path = 8;  // segments; the longest route has six

struct Period {
  Time from;
  Time to;
};
/// From `startTime` to `endTime`; Render's default is the last hour.
Period period_of(const Query& query, Time now);

/// Valid as long as the parsed text.
struct Target {
  std::array<std::string_view, longest_path> path{};  // decoded segments, "v1" first
  std::size_t depth = 0;                              // how many of them there are
  std::vector<char> decoded{};                        // decoded segments that had escapes
  Query query{};
};

/// Unset if the path has more segments than any route, or a broken escape.
std::optional<Target> parse_target(std::string_view text);

/// 32 characters of base64url, like Render's. `ordinal` increases with every item of a list, so that a cursor
/// stays valid when its item is deleted.
std::string make_cursor(std::uint64_t ordinal, std::string_view id);
std::optional<std::uint64_t> ordinal_of(std::string_view cursor);

/// Lists are newest first: an item is on the page if it is older than `before` and the page is not full.
struct Page {
  std::uint64_t before = UINT64_MAX;
  std::size_t room = 20;

  /// For a list of that many items: one above the newest that can be on the page.
  std::size_t start(std::size_t items) const { return std::min<std::uint64_t>(items, before); }
  bool is_full() const { return room == 0; }
  /// Counts the item if it is on the page.
  bool take(std::uint64_t ordinal) {
    if (ordinal >= before || room == 0) return false;
    --room;
    return true;
  }
};

struct PageQuery {
  Page page;
  std::string refused;  // the message of a 400, or empty
};
/// `longest`: the maximum limit.
PageQuery page_of(const Query& query, int longest = 100);

}  // namespace envlink::emulator
