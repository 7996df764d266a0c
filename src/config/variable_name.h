#pragma once
// What Render takes as the key of an environment variable.

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace envlink::config {

/// Letters, digits, '_', '-' and '.', of which the first is a letter or '_'.
constexpr bool is_variable_name(std::string_view text) {
  const auto stands = [](char c) { return is_alphanumeric(c) || c == '_' || c == '-' || c == '.'; };
  if (text.empty() || !std::ranges::all_of(text, stands)) return false;
  const char first = text.front();
  return first == '_' || (is_alphanumeric(first) && !(first >= '0' && first <= '9'));
}

}  // namespace envlink::config
