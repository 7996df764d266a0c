// What a deploy of a service would run into: its suspension, automatic deploys, a build that the file rules
// out.

#include <fmt/format.h>

#include "plan/checks/checks.h"
#include "plan/rebuild.h"

namespace envlink::plan {

void check_service_states(const PreflightInput& in, std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < in.context.desired.services.size(); ++i) {
    const model::Service* service = in.context.match.services[i];
    if (service == nullptr || !in.redeployed[i]) continue;
    const Place place = in.context.desired.services[i].name.place;
    if (service->suspended) {
      findings.push_back(make_finding("service-suspended", subject_of(*service),
                                      "it is suspended: a deploy of it cannot succeed",
                                      "resume it on Render, or take it out of the file", place));
    }
    if (service->auto_deploy == false) {
      findings.push_back(
          make_finding("autodeploy-off", subject_of(*service),
                       "automatic deploys are off: later changes of its groups reach it with a deploy only",
                       "nothing, if that is meant; envlink redeploys it where it has to", place));
    }
  }
}

void check_builds(const PreflightInput& in, std::vector<Finding>& findings) {
  if (in.context.desired.rollout.deploy != model::DeployChoice::deploy_only) return;
  for (std::size_t i = 0; i < in.context.desired.services.size(); ++i) {
    const model::Service* service = in.context.match.services[i];
    if (service == nullptr || !in.redeployed[i]) continue;
    const std::string because = build_time_reason(*service, in.context.groups_after(i));
    if (because.empty()) continue;
    findings.push_back(make_finding("rebuild-needed", subject_of(*service),
                                    fmt::format("{}, and `deploy: deploy_only` builds nothing", because),
                                    "use `deploy: auto`, which builds where it has to",
                                    in.context.desired.services[i].name.place));
  }
}

}  // namespace envlink::plan
