#pragma once
// Who is linked to what, looked up without walking through every link of a workspace. Private to this room.

#include <optional>
#include <unordered_map>
#include <vector>

#include "model/workspace.h"
#include "plan/make_plan.h"

namespace envlink::plan {

class Links {
 public:
  /// Points into `actual`.
  Links(const model::Workspace& actual, const std::vector<RememberedLink>& remembered);

  /// Every group that shows the service, in the workspace's order.
  const std::vector<const model::Group*>& of(const ServiceId& service) const;
  bool has(const model::Group& group, const ServiceId& service) const;
  /// The last link change of the service that the journal remembers.
  std::optional<Time> last_change(const ServiceId& service) const;

 private:
  std::unordered_map<ServiceId, std::vector<const model::Group*>> groups_;
  std::unordered_map<ServiceId, Time> last_change_;
};

}  // namespace envlink::plan
