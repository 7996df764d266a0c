#pragma once
// What must not be so before anything is written: the checks of the preflight, which the rows of finding.cpp
// name, and what the file's policy makes of their findings.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/context.h"
#include "plan/finding.h"
#include "plan/plan.h"

namespace envlink::plan {

struct PreflightInput {
  const Context& context;
  std::vector<bool> redeployed{};                 // by the file's services: the plan does
  std::vector<std::vector<std::size_t>> after{};  // by service, those that stand before it in the file
  std::vector<std::string> asked{};               // what --redeploy names
};

std::vector<Finding> preflight(const PreflightInput& in);

/// Of each finding the first rule that fits counts. What is ignored is taken out of `findings` and returned.
/// Findings that guard against wrong writes stay as they are, whatever the rules say.
std::vector<Finding> apply_policy(const Context& context, std::vector<Finding>& findings);

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
Check check_gate;
Check check_builds;
Check check_builds_elsewhere;
Check check_build_time_names;

/// Some service of the file is to be linked to that group of it.
bool is_linked(const model::Desired& desired, const std::string& group);

/// Keys of `required`, and "file:NAME", that neither a group nor, where it is known, the service itself
/// holds, and that Render does not set. `service`: nullptr where only the groups count.
std::vector<SourceString> missing_keys(const std::vector<model::Requirement>& required,
                                       const model::Service* service,
                                       const std::vector<const model::Group*>& groups,
                                       const std::vector<model::Variable>* own,
                                       const std::vector<std::string>* own_files);

/// What a finding is about, by its name on Render.
inline std::string subject_of(const model::Service& service) {
  return "service " + clean(service.label());
}
inline std::string subject_of(const model::Group& group) {
  return "group " + clean(group.label());
}

/// Findings of one kind about many variables: the first ones each for itself, the rest as a number.
class FindingLimiter {
 public:
  explicit FindingLimiter(std::vector<Finding>& findings) : findings_(findings) {}

  void add(Finding finding) {
    if (++count_ <= most_told) {
      last_ = finding;
      findings_.push_back(std::move(finding));
    }
  }
  ~FindingLimiter() {
    if (count_ <= most_told) return;
    last_.what = fmt::format("the same holds for {} more of its variables", count_ - most_told);
    last_.variable.clear();
    findings_.push_back(std::move(last_));
  }
  FindingLimiter(const FindingLimiter&) = delete;
  FindingLimiter& operator=(const FindingLimiter&) = delete;

 private:
  static constexpr std::size_t most_told = 20;
  std::vector<Finding>& findings_;
  std::size_t count_ = 0;
  Finding last_;
};

}  // namespace envlink::plan
