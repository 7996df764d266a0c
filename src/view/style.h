#pragma once
// How a view may write: colour or not, how wide, Unicode or ASCII.

#include <cstddef>

namespace envlink::view {

struct Style {
  bool colour = false;
  bool unicode = true;
  std::size_t width = 80;
};

}  // namespace envlink::view
