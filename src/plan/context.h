#pragma once
// What a plan is made from: the file, the workspace, which of the one means which of the other, and who is
// linked to what. Everything in this room that judges or decides reads it.

#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
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
  Links(const model::Workspace& actual, const std::vector<RememberedLink>& remembered);

  /// Every group that shows the service, in the workspace's order.
  const std::vector<const model::Group*>& of(const ServiceId& service) const;
  bool has(const model::Group& group, const ServiceId& service) const;
  /// The last change that the journal remembers of any link of the service, or of one link.
  std::optional<Time> last_change(const ServiceId& service) const;
  std::optional<Time> last_change(const ServiceId& service, const GroupId& group) const;

 private:
  std::unordered_map<ServiceId, std::vector<const model::Group*>> groups_;
  std::unordered_map<ServiceId, std::map<GroupId, Time>> changes_;
};

/// Points into `desired` and `actual`, which outlive it.
struct Context {
  Context(const model::Desired& desired, const model::Workspace& actual,
          const std::vector<RememberedLink>& remembered = {});

  const model::Desired& desired;
  const model::Workspace& actual;
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
};

struct Differences {
  std::vector<LinkChange> changes;  // in the order of the file's services: `service` is an index into them
  std::vector<UnmanagedLink> unmanaged;
};

/// Links are removed only from services that the file names, and only when it says `unmanaged: remove`. A
/// named group's links to services that the file does not name are reported, never removed.
Differences differences(const Context& context);

}  // namespace envlink::plan
