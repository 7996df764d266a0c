#pragma once
// Writes to a terminal: repaints the live block and leaves the terminal clean. The only part of this folder
// that is not pure.

#include <cstddef>
#include <memory>

#include "engine/budget.h"
#include "engine/ports.h"
#include "engine/progress.h"
#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

constexpr int standard_error = 2;

/// A live block on a terminal. Redraws after events, at most ten times a second, and otherwise once a
/// second. Plan, progress and budget must outlive it. Uses the terminal's current size instead of
/// style.width. Paints nothing while another program has the terminal; after that, and after Ctrl-Z, starts
/// a new block.
std::unique_ptr<engine::Observer> live_view(const plan::Plan& plan, const engine::Progress& progress,
                                            const engine::Budget& budget, const Style& style,
                                            int descriptor = standard_error);

/// Format of the log's lines.
enum class Log { plain, github };
/// One line per change, and one a minute without changes. In a GitHub Actions log the lines form a group,
/// and none is taken for a command.
std::unique_ptr<engine::Observer> log_view(const plan::Plan& plan, const engine::Progress& progress,
                                           const Style& style, int descriptor = standard_error,
                                           Log log = Log::plain);

/// Size of the terminal behind a descriptor; 80 × 24 if unknown.
struct Size {
  std::size_t columns = 80;
  std::size_t rows = 24;
};
Size terminal_size(int descriptor);
/// Whether the terminal folds lines when its window becomes narrower, judged by the environment.
bool terminal_reflows();

}  // namespace envlink::view
