#pragma once
// What is said in place of a plan where the file names no service yet, as after `init` in a workspace in
// which nothing is linked.

#include <string>

#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

/// Its groups are unused for that reason alone, so that the findings say nothing more.
bool names_no_service(const plan::Plan& plan);
std::string render_no_services(const plan::Plan& plan, const Style& style);

}  // namespace envlink::view
