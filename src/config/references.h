#pragma once
// What the names in envlink.yaml refer to.

#include "config/report.h"
#include "model/desired.h"

namespace envlink::config {

/// Turns ids in `link` and `after` into the keys they belong to, and reports names in no section,
/// contradictions between ids and names, and dependencies that cannot be met.
void resolve_references(model::Desired& desired, Report& report);

}  // namespace envlink::config
