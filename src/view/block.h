#pragma once
// A block of lines that is painted over itself, as the bytes that a terminal has to be sent. Pure.

#include <cstddef>
#include <span>
#include <string>

namespace envlink::view {

class Block {
 public:
  /// The bytes that put `above` where the block stood, to stay there, and the new frame below it. The
  /// cursor ends at the start of the line after the frame and is hidden only within these bytes.
  std::string paint(std::span<const std::string> above, std::span<const std::string> frame);

 private:
  std::size_t rows_ = 0;  // on the screen
};

}  // namespace envlink::view
