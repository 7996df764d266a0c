#pragma once
// A plan on one screen: one line per service, equal ones together, and only findings that need action.

#include <string>

#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

std::string render_plan_brief(const plan::Plan& plan, const Style& style);

}  // namespace envlink::view
