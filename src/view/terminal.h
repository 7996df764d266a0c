#pragma once
// The one writer to a terminal: paints the live block over itself and leaves it whole. Everything else in
// this room is pure.

#include <cstddef>
#include <memory>

#include "engine/budget.h"
#include "engine/ports.h"
#include "engine/progress.h"
#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

constexpr int standard_error = 2;

/// A live block on a terminal. Redraws on news, at most ten times a second, and once a second. Plan, progress
/// and budget must outlive it. The terminal's size, asked each time, overrides style.width. Nothing is
/// painted while another program has the terminal; after that, and after Ctrl-Z, the block begins anew.
std::unique_ptr<engine::Observer> live_view(const plan::Plan& plan, const engine::Progress& progress,
                                            const engine::Budget& budget, const Style& style,
                                            int descriptor = standard_error);

/// Where the lines of a line view end up.
enum class Log { plain, github };
/// A line per change, and one a minute while nothing changes. In a log of GitHub Actions they are a group,
/// and none of them is taken for a command.
std::unique_ptr<engine::Observer> log_view(const plan::Plan& plan, const engine::Progress& progress,
                                           const Style& style, int descriptor = standard_error,
                                           Log log = Log::plain);

/// Columns and rows of the terminal behind a descriptor; 80 × 24 when it cannot be asked.
struct Size {
  std::size_t columns = 80;
  std::size_t rows = 24;
};
Size terminal_size(int descriptor);
/// Whether a terminal folds lines that no longer fit when it becomes narrower. Nearly all do; what tells of
/// those that do not is in the environment.
bool terminal_reflows();

}  // namespace envlink::view
