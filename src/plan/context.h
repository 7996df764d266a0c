#pragma once
// What a plan is made from: the file, the workspace, which of the one means which of the other, and who is
// linked to what. Everything in this room that judges or decides reads it.

#include <optional>
#include <unordered_map>
#include <vector>

#include "model/desired.h"
#include "model/workspace.h"
#include "plan/match.h"
#include "plan/plan.h"
#include "plan/plan_options.h"

namespace envlink::plan {

/// The links of a workspace by service, looked up without walking through all of them. Points into it.
class Links {
 public:
  explicit Links(const model::Workspace& actual);

  /// Every group that shows the service, in the workspace's order.
  const std::vector<const model::Group*>& of(const ServiceId& service) const;
  bool has(const model::Group& group, const ServiceId& service) const;

 private:
  std::unordered_map<ServiceId, std::vector<const model::Group*>> groups_;
};

/// Points into what it is made from, which outlives it.
struct Context {
  Context(const model::Desired& desired, const model::Workspace& actual,
          const History& history = nothing_known);

  const model::Desired& desired;
  const model::Workspace& actual;
  const History& history;
  Match match;
  Links links;

  /// The groups that the file links to its service of that index; of those, the ones that were found.
  std::vector<const model::Group*> asked_groups(std::size_t service) const;
  /// It is suspended, and the file says that such a service is not deployed.
  bool rests(std::size_t service) const;
  /// The same, and that it is left as it is.
  bool is_skipped(std::size_t service) const;
  /// The groups of a service of the file after the plan: those that it asks for, and linked ones that are
  /// kept. In the workspace's order. The service was found.
  std::vector<const model::Group*> groups_after(std::size_t service) const;
  /// Those, and the ones whose variables its running build may have read: groups that are linked, and groups
  /// that the journal saw unlinked since. In the workspace's order.
  std::vector<const model::Group*> groups_around(std::size_t service) const;
};

struct Differences {
  std::vector<LinkChange> changes;  // in the order of the file's services: `service` is an index into them
  std::vector<UnmanagedLink> unmanaged;
};

/// Links are removed only from services that the file names, and only when it says `unmanaged: remove`. A
/// named group's links to services that the file does not name are reported, never removed.
Differences differences(const Context& context);

}  // namespace envlink::plan
