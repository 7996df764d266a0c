#pragma once
// What became of a rollout: of a service that failed, as it happens, and of all in the end. Pure.

#include <cstddef>
#include <string>
#include <string_view>
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

/// Why a service failed, the end of its log below `log_title`, and what to do, behind `indent` blanks. The
/// log is neither folded nor cut: it is read, copied and searched for as it is.
std::string failure_details(const engine::ServiceProgress& service, std::size_t indent,
                            std::string_view log_title, const Style& style);

/// How the run ended: one line a service that matters, those never started, the next command to type.
std::string render_rollout_summary(const plan::Plan& plan, const engine::Progress& progress,
                                   const Style& style);

}  // namespace envlink::view
