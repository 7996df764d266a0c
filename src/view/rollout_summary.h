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

/// Lines of at most style.width columns, as it happens: that a service failed, and later why. The end of its
/// log is in the summary. Empty for any other event. The progress already contains the event.
std::vector<std::string> failure_lines(const plan::Plan& plan, const engine::Progress& progress,
                                       const engine::Event& event, const Style& style);

/// Why a service failed, with `log` the end of its log, and what to do, behind `indent` blanks. The log is
/// neither folded nor cut: it is read, copied and searched for as it is.
std::string failure_details(const engine::ServiceProgress& service, std::size_t indent, bool log,
                            const Style& style);

/// Of a run on the model there is no log, and nothing to go on with or to undo.
enum class Ran { really, on_the_model };

/// How the run ended. One line where all went well; otherwise what failed and what was not started, then the
/// verdict and what to do.
std::string render_rollout_summary(const plan::Plan& plan, const engine::Progress& progress,
                                   const Style& style, Ran ran = Ran::really);

}  // namespace envlink::view
