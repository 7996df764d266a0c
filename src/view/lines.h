#pragma once
// Progress where there is no terminal: a line per change. Pure.

#include <optional>
#include <string>

#include "engine/event.h"
#include "engine/progress.h"
#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

/// The line for an event, without a newline; unset when the event is no news for a person.
/// `progress` already contains the event.
std::optional<std::string> line_for(const plan::Plan& plan, const engine::Progress& progress,
                                    const engine::Event& event, const Style& style);

}  // namespace envlink::view
