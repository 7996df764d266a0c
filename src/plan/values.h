#pragma once
// Which values change: compares wanted values of groups with Render's. Pure; sees digests, not values.

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

/// The keys of the group's variables that are not in `named`.
std::vector<std::string> unnamed_variables(const model::Group& group, const std::vector<std::string>& named);

/// Fills in the group's id and every key to remove. Values for a group that was not found are left out: a
/// finding says why.
std::vector<GroupValues> resolve_values(const std::vector<GroupValues>& asked, const Match& match,
                                        const model::Workspace& actual);

struct ComparedValues {
  std::vector<ValueChange> changes;                         // in the order of the wanted values
  std::map<GroupId, std::vector<std::string>> unchanged{};  // keys that already have the wanted value
};
/// The groups must have been read with their values.
ComparedValues compare_values(const std::vector<GroupValues>& asked, const model::Workspace& actual);

/// The workspace after the change, to check the plan against.
model::Workspace with_values(model::Workspace actual, const std::vector<GroupValues>& asked);

/// The service is linked to a group whose values change. It was found on Render.
bool consumes(const Context& context, const std::vector<ValueChange>& changes, std::size_t service);
/// "DATABASE_URL of my-secrets changed"; "" if the service uses none of the changed values.
std::string values_clause(const Context& context, const std::vector<ValueChange>& changes,
                          std::size_t service);

/// The part of the file about services that are linked to the group: in its order, with dependencies that
/// lead through unlinked services. Linked services that are not in the file follow. Changes no link.
/// `changed`: keys. Only requirements on these keys are kept; a service that has one also keeps its other
/// groups.
model::Desired consumers_of(const model::Desired& file, const model::Group& group,
                            const model::Workspace& actual, const std::vector<std::string>& changed);

/// The same without services unlinked since; unset if a service was linked since.
std::optional<model::Desired> still_consumers(model::Desired consumers, const model::Workspace& actual);

}  // namespace envlink::plan
