#pragma once
// A list in which what holds for many is said once, with a count.

#include <string>
#include <vector>

#include "view/style.h"

namespace envlink::view {

/// "  name  word  because": the word in its colour; each part safe to print, `word` and `because` may be
/// empty. Without both, the name is a sentence and keeps lines of its own.
struct AlikeRow {
  std::string name;
  std::string word{};
  Colour colour = Colour::plain;
  std::string because{};

  bool is_sentence() const { return word.empty() && because.empty(); }
};

/// Of services, a line a row. Where they are more than fit a screen and not `whole`, rows that differ in
/// their names alone are one line with their number, and below it some of the names.
std::string render_alike(const std::vector<AlikeRow>& rows, const Style& style, bool whole);

}  // namespace envlink::view
