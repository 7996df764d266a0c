#pragma once
// Of which services a preflight needs more: their own variables, and groups that the file does not name.
// Each costs a request, so only where a finding can come of it.

#include <cstddef>
#include <set>
#include <vector>

#include "plan/context.h"

namespace envlink::plan {

struct ServiceToRead {
  std::size_t index;    // in the file
  bool required;        // whether what it requires is there hangs on its own variables
  bool files;           // its own secret files as well: they may collide, or are required
  bool files_required;  // whether a required one is there hangs on them
};

/// Those of the file's services whose links change, that run something stale as far as Render and the journal
/// tell, that --redeploy names, or that require variables.
std::vector<ServiceToRead> services_to_read(const Context& context, const PlanOptions& options);

/// Services whose links change, all but the first `most` in the file's order: whatever their deploys are,
/// they are deployed. Values that change, and services that --redeploy names by the all, leave none out.
std::set<ServiceId> services_to_list_later(const Context& context, const PlanOptions& options,
                                           std::size_t most);

/// Where the groups and services of the file are, and those that one of its names may mean; each environment
/// once.
std::set<EnvironmentId> environments_to_read(const Match& matched);

/// Of all groups and services of a workspace, and of a few services.
std::set<EnvironmentId> environments_of(const model::Workspace& workspace);
std::set<EnvironmentId> environments_of(const std::vector<const model::Service*>& services);

/// Services that groups of the file show and that the list of services does not name. A few: they are told
/// apart for a note.
constexpr std::size_t most_looked_up = 5;
std::set<ServiceId> services_to_look_up(const Match& matched, const model::Workspace& actual);

/// Names and ids of the file's services that were not found: one may be a preview, which no list shows. A
/// few.
std::vector<std::string> services_to_find(const model::Desired& desired, const Match& matched);

/// The groups of one service: those that are linked, and those that the file links to it.
std::set<const model::Group*> groups_to_explain(const Context& context, const model::Service& service);

}  // namespace envlink::plan
