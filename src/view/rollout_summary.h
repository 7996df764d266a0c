#pragma once
// The result of a rollout: of each failed service as it happens, and of everything at the end. Pure.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event.h"
#include "engine/progress.h"
#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

/// Lines of at most style.width columns for a failed service, and later for the reason. The end of its log
/// is only in the summary. Empty for other events. `progress` already includes the event.
std::vector<std::string> failure_lines(const plan::Plan& plan, const engine::Progress& progress,
                                       const engine::Event& event, const Style& style);

/// Why a service failed, what to do, and with `log` the end of its log, indented by `indent` columns. Log
/// lines are neither folded nor cut, so that they can be copied and searched for.
std::string failure_details(const engine::ServiceProgress& service, std::size_t indent, bool log,
                            const Style& style);

/// A run on the model has no log, and nothing to resume or undo.
enum class Ran { really, on_the_model };

/// How the run ended. One line if everything succeeded; otherwise what failed and what was not started,
/// then the verdict and what to do.
std::string render_rollout_summary(const plan::Plan& plan, const engine::Progress& progress,
                                   const Style& style, Ran ran = Ran::really);

}  // namespace envlink::view
