#include "view/block.h"

#include <fmt/format.h>

namespace envlink::view {

std::string Block::paint(std::span<const std::string> above, std::span<const std::string> frame) {
  std::string out = "\x1b[?25l\r";
  // A terminal that became narrower may have folded the old lines into more rows, or not: nobody can tell.
  // Too few rows up leaves a stale line above; too many would erase what is not ours.
  if (rows_ > 0) out += fmt::format("\x1b[{}A", rows_);
  if (!above.empty()) out += "\x1b[J";
  for (const auto& line : above) out += line + "\r\n";
  out += "\x1b[?7l";  // a character wider than it was thought to be must not begin a new row
  for (const auto& line : frame) out += line + "\x1b[K\r\n";
  rows_ = frame.size();
  out += "\x1b[J\x1b[?7h\x1b[?25h";
  return out;
}

}  // namespace envlink::view
