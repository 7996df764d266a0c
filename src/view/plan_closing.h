#pragma once
// How a plan ends, whether it is shown in brief or whole: what Render may do by itself, what changes and how
// long that takes, or that there is nothing to do.

#include <string>

#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

/// Where Render may redeploy by itself. Empty where it may not, or an empty line before it.
std::string render_automatic_deploys(const plan::Plan& plan, const Style& style);

/// The verdict and the estimated time; with `whole`, the number of requests as well.
std::string render_plan_closing(const plan::Plan& plan, const Style& style, bool whole);

}  // namespace envlink::view
