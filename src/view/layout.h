#pragma once
// Text in columns: foreign text is first made safe, then cut, padded or folded by terminal columns.

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "view/style.h"

namespace envlink::view {

/// Makes any text safe to print: no control characters, no API keys, and only ASCII if the style says so.
/// At most `limit` characters.
std::string safe(std::string_view text, const Style& style, std::size_t limit = 200);
std::vector<std::string> safe(std::span<const std::string> texts, const Style& style);

/// Safe text of at most `width` columns; longer text ends in an ellipsis.
std::string cut(std::string_view text, std::size_t width, const Style& style);
/// The same with the ellipsis in the middle, because names in a project often differ only at the end.
std::string cut_inside(std::string_view text, std::size_t width, const Style& style);
/// Safe text padded with spaces to `width` columns, never cut.
std::string pad(std::string_view text, std::size_t width);
/// Safe text folded between words into lines of at most style.width - indent columns (but at least 20);
/// a longer word keeps a line of its own. No indent is added. At least one line.
std::vector<std::string> fold(std::string_view text, std::size_t indent, const Style& style);

/// Safe text folded after a lead, with further lines indented below the first. `indent`: the lead's width
/// in columns without colour codes. Each line ends with a newline.
std::string hanging(std::string_view lead, std::size_t indent, std::string_view text, const Style& style,
                    Colour colour = Colour::plain);
/// The same without a lead.
std::string folded(std::string_view text, const Style& style, Colour colour = Colour::plain);
/// A warning at the start of output that uses the journal; empty if the journal is readable.
constexpr std::string_view journal_unreadable = "The journal cannot be read: what rests on it is unknown.";
std::string journal_warning(bool unreadable, const Style& style);
/// An empty line, then a prominent one.
std::string heading(std::string_view safe_text, const Style& style);

/// The widest of the texts that `text_of` makes of the items, in columns; at most `most`.
template <class Items, class Text>
std::size_t column_width(const Items& items, std::size_t most, const Text& text_of) {
  std::size_t widest = 0;
  for (const auto& item : items) widest = std::max(widest, display_width(text_of(item)));
  return std::min(widest, most);
}

/// One line of coloured parts, never wider than style.width.
class Line {
 public:
  explicit Line(const Style& style) : style_(style) {}
  Line& add(std::string_view safe_text, Colour colour = Colour::plain);
  std::size_t room() const { return style_.width - used_; }
  const std::string& text() const { return text_; }

 private:
  const Style& style_;
  std::string text_;
  std::size_t used_ = 0;
};

/// "0:42", "12:05", "1:02:05"
std::string clock_text(Duration span);
/// "2026-11-23 21:17:29Z"
std::string day_and_time(Time time);

}  // namespace envlink::view
