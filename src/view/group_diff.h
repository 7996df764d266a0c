#pragma once
// A comparison of two groups, for people and as JSON. Pure.

#include <string>

#include "plan/group_diff.h"
#include "view/style.h"

namespace envlink::view {

/// The counts, then one line per key. Equal keys are shown only with `all` or if they have a finding.
std::string render_group_diff(const plan::GroupDiff& diff, bool all, const Style& style);
std::string group_diff_json(const plan::GroupDiff& diff);

}  // namespace envlink::view
