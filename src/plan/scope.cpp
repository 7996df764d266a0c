#include "plan/scope.h"

#include <fmt/format.h>

#include "base/text.h"
#include "plan/environments.h"

namespace envlink::plan {
namespace {

Finding out_of_scope(const model::Word& name, const model::Word& link, const model::Group& group,
                     const model::Service& service, const model::Workspace& actual) {
  return {"group-scope",
          Severity::error,
          fmt::format("service {}", clean(name.text)),
          fmt::format("{} belongs to the environment {} and can be linked only to services of it; {}",
                      clean(group.name), name_of(*group.environment, actual),
                      service.environment
                          ? fmt::format("this one is in {}", name_of(*service.environment, actual))
                          : std::string("this one is in none")),
          "move the service or the group on Render, or link a group without a scope",
          link.place};
}

}  // namespace

std::vector<Finding> check_scopes(const Context& context) {
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < context.desired.services.size(); ++i) {
    const model::Service* service = context.match.services[i];
    if (service == nullptr) continue;
    for (const model::Word& link : context.desired.services[i].link) {
      const model::Group* group = context.match.group_named(link.text);
      if (group == nullptr || !group->environment || group->environment == service->environment) continue;
      if (group->links_to(service->id)) continue;
      findings.push_back(
          out_of_scope(context.desired.services[i].name, link, *group, *service, context.actual));
    }
  }
  return findings;
}

}  // namespace envlink::plan
