#include "engine/listing.h"

#include <utility>

namespace envlink::engine {

bool Listing::add(const std::string& identity) {
  const bool is_new = seen_.insert(identity).second;
  brings_new_ = brings_new_ || is_new;
  return is_new;
}

bool Listing::ends_with(std::size_t length, const std::string& cursor, std::size_t page_size) {
  ++pages_;
  entries_ += length;
  const bool brings_new = std::exchange(brings_new_, false);
  return length < page_size && (cursor.empty() || !brings_new);
}

std::string_view Listing::trouble_with(const std::string& cursor) {
  if (cursor.empty()) return "a full page had no cursor for the next one";
  if (pages_ >= most_pages || entries_ > most_entries) return "that is more than envlink reads";
  return cursors_.insert(cursor).second ? "" : "a cursor came twice";
}

}  // namespace envlink::engine
