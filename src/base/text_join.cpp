#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace envlink {

std::string count_of(std::size_t count, std::string_view singular, std::string_view plural) {
  if (count == 1) return fmt::format("1 {}", singular);
  if (plural.empty()) return fmt::format("{} {}s", count, singular);
  return fmt::format("{} {}", count, plural);
}

std::string join(std::span<const std::string> items, std::string_view separator) {
  return fmt::format("{}", fmt::join(items, separator));
}

std::string join_and(std::span<const std::string> items, std::size_t limit) {
  if (items.size() <= 1) return join(items, "");
  if (items.size() <= limit) {
    return fmt::format("{} and {}", join(items.first(items.size() - 1), ", "), items.back());
  }
  // At least one is named, whatever the limit says.
  const auto named = items.first(std::max<std::size_t>(limit, 1));
  return fmt::format("{} and {} more", join(named, ", "), items.size() - named.size());
}

}  // namespace envlink
