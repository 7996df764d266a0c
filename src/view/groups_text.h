#pragma once
// Groups for people: names, keys and links, never a value.

#include <string>

#include "model/workspace.h"
#include "view/style.h"

namespace envlink::view {

std::string render_groups(const model::Workspace& workspace, const Style& style);
std::string render_group(const model::Group& group, const model::Workspace& workspace, const Style& style);

}  // namespace envlink::view
