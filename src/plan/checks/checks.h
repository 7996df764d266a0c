#pragma once
// The checks of the preflight. What each looks for stands in the rows of finding_kind.cpp that name it.

#include <string>
#include <vector>

#include "base/text.h"
#include "plan/preflight.h"

namespace envlink::plan {

Check check_names;
Check check_service_types;
Check check_redeploy_names;
Check check_group_scopes;
Check check_environments;
Check check_unused_groups;
Check check_dangling_links;
Check check_group_variables;
Check check_service_variables;
Check check_variable_values;
Check check_collisions;
Check check_service_states;
Check check_deploys_in_progress;
Check check_builds;

/// Keys of `required` that neither a group nor, where it is known, the service itself holds.
std::vector<model::SourceString> missing_keys(const std::vector<model::Requirement>& required,
                                              const std::vector<const model::Group*>& groups,
                                              const std::vector<model::Variable>* own);

/// What a finding is about, by its name on Render.
inline std::string subject_of(const model::Service& service) {
  return "service " + clean(service.name);
}
inline std::string subject_of(const model::Group& group) {
  return "group " + clean(group.name);
}

}  // namespace envlink::plan
