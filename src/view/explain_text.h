#pragma once
// `envlink explain` for people.

#include <string>

#include "plan/explain.h"
#include "view/style.h"

namespace envlink::view {

std::string render_explanation(const plan::Explanation& explanation, const Style& style);

}  // namespace envlink::view
