#pragma once
// The live block as lines of text, from the rollout's progress at a time. Pure: a terminal paints it.

#include <string>
#include <vector>

#include "engine/progress.h"
#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

/// At most `height` lines, each at most style.width columns wide.
std::vector<std::string> render_frame(const plan::Plan& plan, const engine::Progress& progress, Time now,
                                      const Style& style, std::size_t height);

/// How the run ended: one line a service that matters, those never started, the next command to type.
std::string render_outcome(const plan::Plan& plan, const engine::Progress& progress, const Style& style);

}  // namespace envlink::view
