#pragma once
// Colour for people who can see it. It repeats what words and marks say already, and is never the only sign.

#include <string>
#include <string_view>

#include "view/style.h"

namespace envlink::view {

enum class Tone { plain, strong, quiet, good, bad, caution, busy };

inline std::string paint(std::string_view text, Tone tone, const Style& style) {
  constexpr std::string_view codes[] = {"", "1", "2", "32", "31", "33", "36"};
  if (!style.colour || tone == Tone::plain || text.empty()) return std::string(text);
  std::string painted = "\x1b[";
  painted += codes[static_cast<std::size_t>(tone)];
  painted += 'm';
  painted += text;
  painted += "\x1b[0m";
  return painted;
}

}  // namespace envlink::view
