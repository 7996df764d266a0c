#pragma once
// The content of a workspace for people: names, keys and links, never values. Pure.

#include <string>

#include "model/workspace.h"
#include "plan/explain.h"
#include "view/style.h"

namespace envlink::view {

std::string render_group(const model::Group& group, const model::Workspace& workspace, const Style& style);
std::string render_explanation(const plan::Explanation& explanation, const Style& style);

}  // namespace envlink::view
