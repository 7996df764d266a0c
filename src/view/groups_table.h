#pragma once
// The groups of a workspace for people: a line each, with what they hold and how many use them.

#include <string>

#include "model/workspace.h"
#include "view/style.h"

namespace envlink::view {

std::string render_groups(const model::Workspace& workspace, const Style& style);

}  // namespace envlink::view
