#pragma once
// The end of a plan, brief or full: what Render may do by itself, what changes and how long it takes, or
// that there is nothing to do.

#include <string>

#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

/// Says where Render may redeploy by itself, after an empty line. Empty if it will not.
std::string render_automatic_deploys(const plan::Plan& plan, const Style& style);

/// The verdict and the estimated time; with `whole`, also the number of requests.
std::string render_plan_closing(const plan::Plan& plan, const Style& style, bool whole);

}  // namespace envlink::view
