#pragma once
// What is kept on the screen of a failure while the live block moves on. Pure.

#include <string>
#include <vector>

#include "engine/event.h"
#include "engine/progress.h"
#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

/// Lines of at most style.width columns: how a service ended that did not come through, and later why, with
/// the end of its log. Empty for any other event. The progress already contains the event.
std::vector<std::string> failure_lines(const plan::Plan& plan, const engine::Progress& progress,
                                       const engine::Event& event, const Style& style);

}  // namespace envlink::view
