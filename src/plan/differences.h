#pragma once
// What links are missing, and which are there that the file does not name.

#include <vector>

#include "plan/links.h"
#include "plan/match.h"
#include "plan/plan.h"

namespace envlink::plan {

struct Differences {
  std::vector<LinkChange> changes;  // in the order of the file's services: `service` is an index into them
  std::vector<UnmanagedLink> unmanaged;
};

/// Links are removed only from services that the file names, and only when it says `unmanaged: remove`. A
/// named group's links to services that the file does not name are reported, never removed.
Differences differences(const model::Desired& desired, const Match& matched, const model::Workspace& actual,
                        const Links& links);

/// The groups of a service of the file once the differences are gone: those that it asks for, and linked ones
/// that are kept.
std::vector<const model::Group*> groups_after(const model::Desired& desired, const Match& matched,
                                              const model::Workspace& actual, std::size_t service);

}  // namespace envlink::plan
