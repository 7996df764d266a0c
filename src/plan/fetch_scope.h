#pragma once
// What else a preflight must read: the services' own variables, and groups that the file does not name.
// Each costs a request, so only what can lead to a finding is read.

#include <cstddef>
#include <set>
#include <vector>

#include "plan/context.h"

namespace envlink::plan {

struct ServiceToRead {
  std::size_t index;    // in the file
  bool required;        // a required key may be among its own variables
  bool files;           // also read its own secret files: they are required or may collide with a group's
  bool files_required;  // a required key may be among its own secret files
};

/// Services of the file whose links change, that run something stale according to Render and the journal,
/// that --redeploy names, or that require variables.
std::vector<ServiceToRead> services_to_read(const Context& context, const PlanOptions& options);

/// Services whose links change, without the first `most` in the file's order. They are deployed whatever
/// their deploys are, so these can be listed later. Empty if values change or with --redeploy all.
std::set<ServiceId> services_to_list_later(const Context& context, const PlanOptions& options,
                                           std::size_t most);

/// The environments of the file's groups and services, and of the candidates for an ambiguous name.
std::set<EnvironmentId> environments_to_read(const Match& matched);

/// The environments of a whole workspace, or of some services.
std::set<EnvironmentId> environments_of(const model::Workspace& workspace);
std::set<EnvironmentId> environments_of(const std::vector<const model::Service*>& services);

/// Services that the file's groups list but the list of services does not. Only a few are looked up, for a
/// note that says what they are.
constexpr std::size_t most_looked_up = 5;
std::set<ServiceId> services_to_look_up(const Match& matched, const model::Workspace& actual);

/// Ids or names of a few services of the file that were not found: one may be a preview, which lists omit.
std::vector<std::string> services_to_find(const model::Desired& desired, const Match& matched);

/// The groups that are linked to one service, and those that the file links to it.
std::set<const model::Group*> groups_to_explain(const Context& context, const model::Service& service);

}  // namespace envlink::plan
