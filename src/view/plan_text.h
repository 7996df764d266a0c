#pragma once
// A plan for people.

#include <string>

#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

Look look_of(plan::Severity severity);

std::string render_plan(const plan::Plan& plan, const Style& style);
std::string render_findings(const plan::Plan& plan, const Style& style);

}  // namespace envlink::view
