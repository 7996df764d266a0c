#pragma once
// Which services a survey looks at more closely: their own variables, and groups that the file does not name.
// Each costs a request, so only where a finding can come of it.

#include <cstddef>
#include <vector>

#include "plan/match.h"

namespace envlink::plan {

/// Indices of the file's services whose links change, that run something stale as far as Render tells, or
/// that require variables.
std::vector<std::size_t> services_to_read(const model::Desired& desired, const Match& matched,
                                          const model::Workspace& actual);

}  // namespace envlink::plan
