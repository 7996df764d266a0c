#pragma once
// A list that comes in pages. Detects its end, and lists that never end.

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include "api/endpoints.h"
#include "api/replies.h"

namespace envlink::engine {

class Listing {
 public:
  // Beyond these bounds an answer is not a plausible list, and reading on would only fill memory.
  static constexpr std::size_t most_pages = 200;
  static constexpr std::size_t most_entries = most_pages * api::page_size;

  /// Adds an entry of the current page. False if it came before: entries move to the next page when others
  /// are added.
  bool add(const std::string& identity);

  /// Whether this page, whose entries were added, is the last. A page may be shorter than requested without
  /// being the last: servers cap pages and leave out what a key may not see. A page with nothing new ends the
  /// list.
  template <class T>
  bool ends_with(const api::Page<T>& page, std::size_t page_size = api::page_size) {
    return ends_with(page.length, page.cursor, page_size);
  }

  /// Why there is no next page although there should be one; empty: there is one.
  std::string_view trouble_with(const std::string& cursor);

  std::size_t pages() const { return pages_; }
  std::size_t entries() const { return entries_; }

 private:
  bool ends_with(std::size_t length, const std::string& cursor, std::size_t page_size);

  std::set<std::string> cursors_;
  std::set<std::string, std::less<>> seen_;
  std::size_t pages_ = 0;
  std::size_t entries_ = 0;
  bool brings_new_ = false;  // the current page does
};

}  // namespace envlink::engine
