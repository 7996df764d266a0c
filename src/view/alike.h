#pragma once
// A list that shows what many entries have in common only once, with a count.

#include <string>
#include <vector>

#include "view/style.h"

namespace envlink::view {

/// "  name  word  because": the word in its colour. All parts must be safe to print; `word` and `because`
/// may be empty. If both are, the name is a sentence and gets its own line.
struct AlikeRow {
  std::string name;
  std::string word{};
  Colour colour = Colour::plain;
  std::string because{};

  bool is_sentence() const { return word.empty() && because.empty(); }
};

/// One line per service. If there are more than fit a screen and `whole` is not set, rows that differ only
/// in the name become one line with their number, followed by some of the names.
std::string render_alike(const std::vector<AlikeRow>& rows, const Style& style, bool whole);

}  // namespace envlink::view
