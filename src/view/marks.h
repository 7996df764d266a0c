#pragma once
// The signs before a line. In ASCII they are two columns wide, so that a column of them stays aligned.

#include <string>
#include <string_view>

#include "view/style.h"

namespace envlink::view {

enum class Mark { good, bad, caution, note, running, waiting, skipped, arrow };

inline std::string_view sign(Mark mark, const Style& style) {
  constexpr std::string_view unicode[] = {"✓", "✗", "!", "·", "●", "○", "–", "→"};
  constexpr std::string_view ascii[] = {"ok", "no", "!!", "..", ">>", "..", "--", "->"};
  const auto index = static_cast<std::size_t>(mark);
  return style.unicode ? unicode[index] : ascii[index];
}

/// Stands before each line of a foreign log.
inline std::string_view log_bar(const Style& style) {
  return style.unicode ? "│" : "|";
}

/// Stands where something was left out.
inline std::string cut_mark(const Style& style) {
  return style.unicode ? "…" : "...";
}

/// The sign and a space before a sentence that says the same; nothing in ASCII, where a word would be
/// doubled.
inline std::string lead_sign(Mark mark, const Style& style) {
  return style.unicode ? std::string(sign(mark, style)) + " " : std::string();
}

}  // namespace envlink::view
