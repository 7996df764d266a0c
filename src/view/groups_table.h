#pragma once
// The groups of a workspace for people: one line each, with their content and number of services.

#include <string>

#include "model/workspace.h"
#include "view/style.h"

namespace envlink::view {

std::string render_groups(const model::Workspace& workspace, const Style& style);

}  // namespace envlink::view
