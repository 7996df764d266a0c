#pragma once
// How a view may write (colour, width, Unicode or ASCII), and its colours and symbols.

#include <cstddef>
#include <string>
#include <string_view>

namespace envlink::view {

struct Style {
  bool colour = false;
  bool unicode = true;
  std::size_t width = 80;
  bool links = false;  // addresses are clickable
};

/// Roles. Colour repeats what words and symbols say, and is never the only sign.
enum class Colour { plain, strong, quiet, good, bad, caution, busy };

inline std::string paint(std::string_view text, Colour colour, const Style& style) {
  constexpr std::string_view codes[] = {"", "1", "2", "32", "31", "33", "36"};
  if (!style.colour || colour == Colour::plain || text.empty()) return std::string(text);
  std::string painted = "\x1b[";
  painted += codes[static_cast<std::size_t>(colour)];
  painted += 'm';
  painted += text;
  painted += "\x1b[0m";
  return painted;
}

/// Symbols at the start of a line. Their ASCII forms are two columns wide, to stay aligned.
enum class Symbol { good, bad, caution, note, running, waiting, skipped, arrow };

struct Look {
  Symbol mark = Symbol::skipped;
  Colour colour = Colour::quiet;
};

inline std::string_view sign(Symbol mark, const Style& style) {
  constexpr std::string_view unicode[] = {"✓", "✗", "!", "·", "●", "○", "–", "→"};
  constexpr std::string_view ascii[] = {"ok", "no", "!!", "..", ">>", "..", "--", "->"};
  const auto index = static_cast<std::size_t>(mark);
  return style.unicode ? unicode[index] : ascii[index];
}

/// Starts each line of a foreign log.
inline std::string_view log_bar(const Style& style) {
  return style.unicode ? "│" : "|";
}

/// Replaces what was cut.
inline std::string cut_mark(const Style& style) {
  return style.unicode ? "…" : "...";
}

/// The symbol and a space before a sentence that says the same; empty in ASCII, where it would be a word.
inline std::string lead_sign(Symbol mark, const Style& style) {
  return style.unicode ? std::string(sign(mark, style)) + " " : std::string();
}

}  // namespace envlink::view
