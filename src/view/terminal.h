#pragma once
// The one writer to a terminal: paints the live block over itself and leaves it whole. Everything else in
// this room is pure.

#include <memory>
#include <optional>

#include "engine/port.h"
#include "engine/progress.h"
#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

/// A live block on a terminal (stderr). Redraws on news and once a second, restores the cursor at the end.
std::unique_ptr<engine::Observer> live_view(const plan::Plan& plan, const engine::Progress& progress,
                                            const Style& style);
/// A line per change to stderr.
std::unique_ptr<engine::Observer> line_view(const plan::Plan& plan, const engine::Progress& progress,
                                            const Style& style);

/// Columns and rows of the terminal behind a descriptor; 80 × 24 when it cannot be asked.
struct Size {
  std::size_t columns = 80;
  std::size_t rows = 24;
};
Size terminal_size(int descriptor);

}  // namespace envlink::view
