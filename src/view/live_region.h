#pragma once
// A block of lines that is painted over itself, as the bytes that a terminal has to be sent. Pure.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace envlink::view {

/// What the block has to know of its terminal.
struct Window {
  std::size_t columns = 80;
  std::size_t rows = 24;
  /// When it becomes narrower, lines that no longer fit are folded, not cut off.
  bool reflows = true;
};

class LiveRegion {
 public:
  /// The bytes that put `above` where the block stood, to stay there, and the new frame below it. The
  /// cursor ends at the start of the line after the frame (in a window of one row: after the frame) and is
  /// hidden only within these bytes.
  std::string paint(std::span<const std::string> above, std::span<const std::string> frame,
                    const Window& window);
  /// Others wrote to the terminal: what was painted stays as it is, and the next frame begins below.
  void forget();
  /// The bytes that leave the cursor at the start of a line of its own, for whoever writes next.
  std::string leave();

 private:
  std::size_t rows_up(const Window& window) const;

  std::vector<std::size_t> widths_;  // of the lines on the screen
  std::size_t columns_ = 0;          // when they were painted
  bool after_last_ = false;          // the cursor stands behind the last of them
};

/// The bytes that undo what a part of a painted block may have left: hidden cursor, colour, no folding.
inline constexpr char whole_again[] = "\x1b[?2026l\x1b[0m\x1b[?7h\x1b[?25h";

}  // namespace envlink::view
