#pragma once
// The words for an enumeration's values, in files and in JSON. They are declared once, next to the
// enumeration and in its order; all readers and writers use these functions:
//
//   enum class Gate { started, live, healthy };
//   constexpr auto words(Gate) { return std::to_array<std::string_view>({"started", "live", "healthy"}); }

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>

namespace envlink {

template <class Enum>
concept HasWords = std::is_enum_v<Enum> && requires { words(Enum{}); };

/// All words of the enumeration.
template <HasWords Enum>
inline constexpr auto words_of = words(Enum{});

template <HasWords Enum>
constexpr std::string_view word(Enum value) {
  return words_of<Enum>.at(static_cast<std::size_t>(value));
}

/// The value for `text`. Words that are still read but no longer written are declared as `older_words`.
template <HasWords Enum>
constexpr std::optional<Enum> from_word(std::string_view text) {
  const auto find_in = [&](const auto& all) -> std::optional<Enum> {
    const auto found = std::find(all.begin(), all.end(), text);
    if (found == all.end()) return std::nullopt;
    return static_cast<Enum>(found - all.begin());
  };
  const std::optional<Enum> found = find_in(words_of<Enum>);
  if constexpr (requires { older_words(Enum{}); }) return found ? found : find_in(older_words(Enum{}));
  return found;
}

}  // namespace envlink
