#include "view/live_region.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace envlink::view {
namespace {

/// Columns of a line of the frame, without colour codes.
std::size_t width_of(std::string_view line) {
  std::string bare;
  bool in_colour = false;
  for (const char c : line) {
    if (c == '\x1b') in_colour = true;
    if (!in_colour) bare += c;
    if (c == 'm') in_colour = false;
  }
  return display_width(bare);
}

}  // namespace

// A terminal that became narrower folds the old lines into more rows, or cuts them off. Going up too few
// rows would leave old lines above the block.
std::size_t LiveRegion::rows_up(const Window& window) const {
  if (widths_.empty()) return 0;
  std::size_t rows = widths_.size();
  if (window.reflows && window.columns < columns_) {
    const auto columns = std::max<std::size_t>(window.columns, 1);
    rows = 0;
    for (const auto width : widths_) rows += std::max<std::size_t>((width + columns - 1) / columns, 1);
  }
  return after_last_ ? rows - 1 : rows;
}

std::string LiveRegion::paint(std::span<const std::string> above, std::span<const std::string> frame,
                              const Window& window) {
  // Terminals that support mode 2026 show the whole update at once.
  std::string out = "\x1b[?2026h\x1b[?25l\r";
  if (const auto up = rows_up(window); up > 0) out += fmt::format("\x1b[{}A", up);
  const bool narrower = !widths_.empty() && window.columns < columns_;
  if (!above.empty() || narrower) out += "\x1b[J";
  for (const auto& line : above) out += line + "\r\n";
  out += "\x1b[?7l";  // no wrapping, in case a character is wider than expected
  widths_.clear();
  after_last_ = window.rows < 2 && !frame.empty();  // a newline would scroll the only row out of the window
  for (const auto& line : frame) {
    widths_.push_back(width_of(line));
    out += line + "\x1b[K";
    if (!after_last_ || widths_.size() < frame.size()) out += "\r\n";
  }
  columns_ = window.columns;
  out += "\x1b[J\x1b[?7h\x1b[?25h\x1b[?2026l";
  return out;
}

void LiveRegion::forget() {
  widths_.clear();
  after_last_ = false;
}

std::string LiveRegion::leave() {
  const bool behind = after_last_;
  forget();
  return behind ? "\r\n" : "";
}

}  // namespace envlink::view
