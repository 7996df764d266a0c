#pragma once
// The one writer to a terminal: paints the live block over itself and leaves it whole. Everything else in
// this room is pure.

#include <cstddef>
#include <memory>

#include "engine/port.h"
#include "engine/progress.h"
#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

constexpr int standard_error = 2;

/// A live block on a terminal. Redraws on news, at most ten times a second, and once a second. Plan and
/// progress must outlive it. The terminal's size, asked each time, overrides style.width.
std::unique_ptr<engine::Observer> live_view(const plan::Plan& plan, const engine::Progress& progress,
                                            const Style& style, int descriptor = standard_error);
/// A line per change.
std::unique_ptr<engine::Observer> line_view(const plan::Plan& plan, const engine::Progress& progress,
                                            const Style& style, int descriptor = standard_error);

/// Columns and rows of the terminal behind a descriptor; 80 × 24 when it cannot be asked.
struct Size {
  std::size_t columns = 80;
  std::size_t rows = 24;
};
Size terminal_size(int descriptor);

}  // namespace envlink::view
