#pragma once
// What Render accepts as the key of an environment variable and as the name of a secret file.

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "model/variable.h"

namespace envlink::config {

/// Letters, digits, '_', '-' and '.'; the first is a letter or '_'.
constexpr bool is_variable_name(std::string_view text) {
  const auto stands = [](char c) { return is_alphanumeric(c) || c == '_' || c == '-' || c == '.'; };
  if (text.empty() || !std::ranges::all_of(text, stands)) return false;
  const char first = text.front();
  return first == '_' || (is_alphanumeric(first) && !(first >= '0' && first <= '9'));
}

/// A variable's name, or file:NAME.
inline bool is_key(std::string_view text) {
  if (!model::is_file_key(text)) return is_variable_name(text);
  const std::string_view name = model::name_of(text);
  return !name.empty() && name.find('/') == std::string_view::npos && clean(name) == name;
}

}  // namespace envlink::config
