#include "base/id.h"

#include <algorithm>

namespace envlink {
namespace {

/// Render's ids are a prefix and 20 characters. Accepts slightly different lengths, but not a name like
/// srv-backend.
bool is_id(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return text.size() >= 20 && text.size() <= 24 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); });
}

}  // namespace

bool looks_like_service_id(std::string_view text) {
  return is_id(text, "srv-") || is_id(text, "crn-");
}

bool looks_like_group_id(std::string_view text) {
  return is_id(text, "evg-");
}

}  // namespace envlink
