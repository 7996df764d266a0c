#pragma once
// A full plan for people. For one screen: plan_brief.h.

#include <string>

#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

std::string render_plan(const plan::Plan& plan, const Style& style);

}  // namespace envlink::view
