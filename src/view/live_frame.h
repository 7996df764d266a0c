#pragma once
// The lines of the live block at a given time. Pure: a terminal paints them.

#include <optional>
#include <string>
#include <vector>

#include "engine/budget.h"
#include "engine/progress.h"
#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

/// What the rate limits still allow, for all services together; unset: not yet known.
struct Allowance {
  struct Window {
    int left = 0;
    int limit = 0;
  };
  std::optional<Window> reads;
  std::optional<Window> writes;
};
Allowance allowance_of(const engine::Budget& budget, Time now);

/// At most `height` lines, each at most style.width columns wide.
std::vector<std::string> render_live_frame(const plan::Plan& plan, const engine::Progress& progress,
                                           const Allowance& allowance, Time now, const Style& style,
                                           std::size_t height);

}  // namespace envlink::view
