#include "plan/plan.h"

#include <algorithm>

namespace envlink::plan {

bool Plan::refused() const {
  return has_error(findings);
}

bool Plan::empty() const {
  return values.empty() && links.empty() && std::ranges::none_of(services, [](const PlannedService& one) {
           return one.redeploys() || !one.auto_deploy_was.empty();
         });
}

std::size_t Plan::deploys() const {
  return static_cast<std::size_t>(std::ranges::count_if(services, &PlannedService::redeploys));
}

const Finding* Plan::blocking_dependency() const {
  const auto found = std::ranges::find_if(findings, [](const Finding& one) {
    return one.id == "dependency-deploying" && one.severity != Severity::note;
  });
  return found == findings.end() ? nullptr : &*found;
}

}  // namespace envlink::plan
