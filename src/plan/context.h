#pragma once
// The input of planning: the file, the workspace, the history, which name in the file means what on Render,
// and which links exist.

#include <optional>
#include <unordered_map>
#include <vector>

#include "model/desired.h"
#include "model/workspace.h"
#include "plan/match.h"
#include "plan/plan.h"
#include "plan/plan_options.h"

namespace envlink::plan {

/// The links of a workspace, indexed by service. Points into the workspace.
class Links {
 public:
  explicit Links(const model::Workspace& actual);

  /// Every group that lists the service, in the workspace's order.
  const std::vector<const model::Group*>& of(const ServiceId& service) const;
  bool has(const model::Group& group, const ServiceId& service) const;

 private:
  std::unordered_map<ServiceId, std::vector<const model::Group*>> groups_;
};

/// Refers to the constructor's arguments, which must outlive it.
struct Context {
  Context(const model::Desired& desired, const model::Workspace& actual,
          const History& history = nothing_known);

  const model::Desired& desired;
  const model::Workspace& actual;
  const History& history;
  Match match;
  Links links;

  /// The groups that the file links to the service with this index, without those that were not found.
  std::vector<const model::Group*> asked_groups(std::size_t service) const;
  /// The service is suspended, and the file says not to deploy suspended services.
  bool rests(std::size_t service) const;
  /// The same, and the file says not to link it either.
  bool is_skipped(std::size_t service) const;
  /// The groups of a service after the plan: those that the file links, and other linked groups that stay.
  /// In the workspace's order. The service was found.
  std::vector<const model::Group*> groups_after(std::size_t service) const;
  /// The same, and the groups whose variables the running build may have read: those linked now, and those
  /// that were unlinked since according to the journal. In the workspace's order.
  std::vector<const model::Group*> groups_around(std::size_t service) const;
};

struct Differences {
  std::vector<LinkChange> changes;  // in the file's order; LinkChange::service: index in the file
  std::vector<UnmanagedLink> unmanaged;
};

/// Links are removed only from services in the file, and only with `unmanaged: remove`. A link between a
/// group in the file and a service that is not in the file is reported, never removed.
Differences differences(const Context& context);

}  // namespace envlink::plan
