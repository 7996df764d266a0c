#pragma once
// The result of `lint`, for people and as JSON. Pure.

#include <string>

#include "plan/lint.h"
#include "view/style.h"

namespace envlink::view {

std::string render_lint(const plan::Lint& lint, const Style& style);
std::string lint_json(const plan::Lint& lint);

}  // namespace envlink::view
