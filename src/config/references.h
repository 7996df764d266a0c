#pragma once
// What the names in envlink.yaml refer to.

#include "model/desired.h"
#include "yaml/mapping_reader.h"

namespace envlink::config {

/// Turns ids in `link` and `after` into the keys they belong to, and reports names in no section,
/// contradictions between ids and names, and dependencies that cannot be met.
void resolve_references(model::Desired& desired, yaml::Diagnostics& diagnostics);

}  // namespace envlink::config
