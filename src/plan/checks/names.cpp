// Whether what the file and the command line name is what the workspace has.

#include <fmt/format.h>

#include <set>

#include "plan/checks/checks.h"

namespace envlink::plan {

void check_names(const PreflightInput& in, std::vector<Finding>& findings) {
  const auto& found = in.context.match.findings;
  findings.insert(findings.end(), found.begin(), found.end());
}

void check_service_types(const PreflightInput& in, std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < in.context.desired.services.size(); ++i) {
    const model::DesiredService& wanted = in.context.desired.services[i];
    const model::Service* service = in.context.match.services[i];
    if (service == nullptr || !wanted.type || *wanted.type == service->type) continue;
    findings.push_back(make_finding("service-type-mismatch", subject_of(*service),
                                    fmt::format("it is a {}, the file says {}", clean(service->type_text),
                                                model::to_string(*wanted.type)),
                                    "correct `type`, or the name: this may be another service than you mean",
                                    wanted.type_place));
  }
}

void check_redeploy_names(const PreflightInput& in, std::vector<Finding>& findings) {
  std::vector<std::string> names;
  for (const model::DesiredService& wanted : in.context.desired.services) names.push_back(wanted.name.text);
  std::set<std::string> known(names.begin(), names.end());
  for (const model::Service* service : in.context.match.services) {
    if (service == nullptr) continue;
    known.insert(service->id.text());
    known.insert(service->name);
  }
  for (const std::string& name : in.asked) {
    if (known.contains(name)) continue;
    const std::string near = nearest(name, names);
    findings.push_back(make_finding(
        "redeploy-unknown", fmt::format("--redeploy {}", clean(name)), "the file names no such service",
        near.empty() ? "name a service of the file, or `all`" : fmt::format("did you mean {}?", near)));
  }
}

}  // namespace envlink::plan
