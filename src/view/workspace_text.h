#pragma once
// What a workspace holds, for people: names, keys and links, never a value. Pure.

#include <string>

#include "model/workspace.h"
#include "plan/explain.h"
#include "view/style.h"

namespace envlink::view {

std::string render_group(const model::Group& group, const model::Workspace& workspace, const Style& style);
std::string render_explanation(const plan::Explanation& explanation, const Style& style);

}  // namespace envlink::view
