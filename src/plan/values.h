#pragma once
// Which values change: what is asked of groups, held against what they hold. Pure; values are known here by
// their digests alone.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/desired.h"
#include "model/workspace.h"
#include "plan/context.h"
#include "plan/match.h"
#include "plan/plan.h"
#include "plan/plan_options.h"

namespace envlink::plan {

/// The keys of the group's variables that are not among `named`.
std::vector<std::string> unnamed_variables(const model::Group& group, const std::vector<std::string>& named);

/// Each with its group's id and with every key that is removed. One whose group was not found is left out: a
/// finding says why.
std::vector<GroupValues> resolve_values(const std::vector<GroupValues>& asked, const Match& match,
                                        const model::Workspace& actual);

struct ComparedValues {
  std::vector<ValueChange> changes;                         // in the order in which they are asked for
  std::map<GroupId, std::vector<std::string>> unchanged{};  // keys that are as they are asked to be
};
/// Of groups that were read with their values.
ComparedValues compare_values(const std::vector<GroupValues>& asked, const model::Workspace& actual);

/// The workspace as it is once they have changed: by it the plan is checked.
model::Workspace with_values(model::Workspace actual, const std::vector<GroupValues>& asked);

/// It is linked to a group of which values change. The service was found.
bool consumes(const Context& context, const std::vector<ValueChange>& changes, std::size_t service);
/// "DATABASE_URL of my-secrets changed"; "" where it does not consume them.
std::string values_clause(const Context& context, const std::vector<ValueChange>& changes,
                          std::size_t service);

/// What the file says of the services that are linked to the group, in its order and by its dependencies,
/// through services that are not linked as well; then the linked services that it does not name. Nothing of
/// it changes a link.
/// `changed`: keys. Of what services require, those are what matters: where one is required, the other groups
/// that its service has are named as well.
model::Desired consumers_of(const model::Desired& file, const model::Group& group,
                            const model::Workspace& actual, const std::vector<std::string>& changed);

/// The same without those that were unlinked since; unset where one was linked since.
std::optional<model::Desired> still_consumers(model::Desired consumers, const model::Workspace& actual);

}  // namespace envlink::plan
