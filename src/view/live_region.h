#pragma once
// A block of lines that is painted over itself, as bytes for a terminal. Pure.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace envlink::view {

struct Window {
  std::size_t columns = 80;
  std::size_t rows = 24;
  /// Whether lines that no longer fit a narrower window are folded, rather than cut off.
  bool reflows = true;
};

class LiveRegion {
 public:
  /// The bytes that write `above` in place of the old block, where it stays, and the new frame below it.
  /// The cursor ends at the start of the line after the frame (in a window of one row: after the frame). It
  /// is hidden only within these bytes.
  std::string paint(std::span<const std::string> above, std::span<const std::string> frame,
                    const Window& window);
  /// Something else wrote to the terminal: the old block stays, and the next frame begins below.
  void forget();
  /// The bytes that move the cursor to the start of its own line, for other output.
  std::string leave();

 private:
  std::size_t rows_up(const Window& window) const;

  std::vector<std::size_t> widths_;  // of the lines on the screen
  std::size_t columns_ = 0;          // of the window when they were painted
  bool after_last_ = false;          // the cursor is at the end of the last line
};

/// Resets what a partly written block may leave: synchronized output, colour, no wrapping, a hidden cursor.
inline constexpr char whole_again[] = "\x1b[?2026l\x1b[0m\x1b[?7h\x1b[?25h";

}  // namespace envlink::view
