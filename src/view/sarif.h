#pragma once
// The findings of a plan as SARIF 2.1.0, which code hosts show beside the lines of the file. Pure.

#include <string>
#include <string_view>

#include "plan/plan.h"

namespace envlink::view {

std::string sarif_json(const plan::Plan& plan, std::string_view envlink_version);

}  // namespace envlink::view
