#pragma once
// A plan on one screen: a line a service, equal ones together, and only the findings that ask for something.

#include <string>

#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

std::string render_plan_brief(const plan::Plan& plan, const Style& style);

}  // namespace envlink::view
