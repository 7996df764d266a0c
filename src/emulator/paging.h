#pragma once
// Render's pages: at most 100 items, 20 unless asked, each item with an opaque cursor; the page after a
// cursor begins behind that item.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/target.h"

namespace envlink::emulator {

/// 32 characters of base64url, as Render's. `ordinal` grows with every item of a list, so that a cursor keeps
/// its meaning when its item is deleted.
std::string make_cursor(std::uint64_t ordinal, std::string_view id);
std::optional<std::uint64_t> ordinal_of(std::string_view cursor);

/// Lists are newest first: an item belongs to the page when it is older than `before` and there is room.
struct Page {
  std::uint64_t before = UINT64_MAX;
  std::size_t room = 20;

  /// Counts the item in when it belongs to the page.
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
PageQuery page_of(const Query& query);

}  // namespace envlink::emulator
