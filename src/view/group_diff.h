#pragma once
// Two groups held against each other, for people and for programs. Pure.

#include <string>

#include "plan/group_diff.h"
#include "view/style.h"

namespace envlink::view {

/// The counts first, then a key a line: those that are equal only where `all` is set or something speaks
/// against it.
std::string render_group_diff(const plan::GroupDiff& diff, bool all, const Style& style);
std::string group_diff_json(const plan::GroupDiff& diff);

}  // namespace envlink::view
