#pragma once
// A list that comes in pages: when it is whole, and when it does not end.

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include "api/endpoints.h"
#include "api/replies.h"

namespace envlink::engine {

class Listing {
 public:
  // Past these an answer is no list any more, and reading on would only fill memory.
  static constexpr std::size_t most_pages = 200;
  static constexpr std::size_t most_entries = most_pages * api::page_size;

  /// An entry of the page that is taken in. False where it came before: entries shift to the next page when
  /// others are added.
  bool add(const std::string& identity);

  /// The page whose entries were added: is it the last? One may be shorter than was asked for and yet not the
  /// last: servers cap pages, and leave out what a key may not see. One that brings nothing new ends a list
  /// all the same.
  template <class T>
  bool ends_with(const api::Page<T>& page, std::size_t page_size = api::page_size) {
    return ends_with(page.length, page.cursor, page_size);
  }

  /// Why there is no next page where there ought to be one; empty: there is.
  std::string_view trouble_with(const std::string& cursor);

  std::size_t pages() const { return pages_; }
  std::size_t entries() const { return entries_; }

 private:
  bool ends_with(std::size_t length, const std::string& cursor, std::size_t page_size);

  std::set<std::string> cursors_;
  std::set<std::string, std::less<>> seen_;
  std::size_t pages_ = 0;
  std::size_t entries_ = 0;
  bool brings_new_ = false;  // the page that is taken in
};

}  // namespace envlink::engine
