#pragma once
// The preflight: the checks named in the table of finding.cpp, and the file's policy on their findings.

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
  std::vector<bool> redeployed{};  // by index in the file: whether the plan redeploys the service
  std::vector<std::vector<std::size_t>> after{};  // by service: those that must come before it
  std::vector<std::string> asked{};               // services that --redeploy names
};

std::vector<Finding> preflight(const PreflightInput& in);

/// The first rule that fits a finding counts. Ignored findings are moved from `findings` to the result.
/// Findings that guard against wrong writes never change.
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

/// The file links at least one service to the group.
bool is_linked(const model::Desired& desired, const std::string& group);

/// Required keys, or "file:NAME", that neither a group nor the service itself has (as far as it was read),
/// and that Render does not set. `service`: nullptr if only the groups count.
std::vector<SourceString> missing_keys(const std::vector<model::Requirement>& required,
                                       const model::Service* service,
                                       const std::vector<const model::Group*>& groups,
                                       const std::vector<model::Variable>* own,
                                       const std::vector<std::string>* own_files);

/// What a finding is about, with its name on Render.
inline std::string subject_of(const model::Service& service) {
  return "service " + clean(service.label());
}
inline std::string subject_of(const model::Group& group) {
  return "group " + clean(group.label());
}

/// For many findings of one kind: adds the first ones, and the number of the rest.
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
