#pragma once
// Shown instead of a plan if the file names no service, as after `init` in a workspace without links.

#include <string>

#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

/// The file's groups are then unused only for that reason, so the findings add nothing.
bool names_no_service(const plan::Plan& plan);
std::string render_no_services(const plan::Plan& plan, const Style& style);

}  // namespace envlink::view
