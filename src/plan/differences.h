#pragma once
// What links are missing, and which are there that the file does not name.

#include <vector>

#include "plan/context.h"
#include "plan/plan.h"

namespace envlink::plan {

struct Differences {
  std::vector<LinkChange> changes;  // in the order of the file's services: `service` is an index into them
  std::vector<UnmanagedLink> unmanaged;
};

/// Links are removed only from services that the file names, and only when it says `unmanaged: remove`. A
/// named group's links to services that the file does not name are reported, never removed.
Differences differences(const Context& context);

}  // namespace envlink::plan
