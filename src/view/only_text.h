#pragma once
// What --only selects, what comes with it and what it leaves out.

#include <string>

#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

/// One or two sentences; empty without --only. `whole`: every service by name. Clean, but not escaped.
std::string only_text(const plan::Plan& plan, bool whole);

/// The same for a terminal.
std::string render_only(const plan::Plan& plan, const Style& style, bool whole);

/// How many services with changes a finished run left out; empty if there are none.
std::string render_left_out(const plan::Plan& plan, const Style& style);

}  // namespace envlink::view
