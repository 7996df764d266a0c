// The environments of the file's groups and services.

#include <fmt/format.h>

#include <map>

#include "plan/checks/checks.h"

namespace envlink::plan {
namespace {

constexpr std::size_t most_named = 5;

struct Members {
  std::vector<std::string> names{};  // "service api", in the file's order
  Place first{};
  bool redeployed = false;

  void add(const char* noun, const SourceString& name) {
    if (names.empty()) first = name.place;
    names.push_back(fmt::format("{} {}", noun, clean(name.text)));
  }
  std::string list() const {
    return fmt::format("In it {}: {}", names.size() == 1 ? "is" : "are", join_and(names, most_named));
  }
};

std::map<EnvironmentId, Members> members_of(const PreflightInput& in) {
  const Context& context = in.context;
  std::map<EnvironmentId, Members> environments;
  for (std::size_t i = 0; i < context.desired.groups.size(); ++i) {
    const model::Group* group = context.match.groups[i];
    if (group != nullptr && group->environment)
      environments[*group->environment].add("group", context.desired.groups[i].name);
  }
  for (std::size_t i = 0; i < context.desired.services.size(); ++i) {
    const model::Service* service = context.match.services[i];
    if (service == nullptr || !service->environment) continue;
    Members& members = environments[*service->environment];
    members.add("service", context.desired.services[i].name);
    members.redeployed = members.redeployed || in.redeployed[i];
  }
  return environments;
}

}  // namespace

void check_environments(const PreflightInput& in, std::vector<Finding>& findings) {
  const model::Workspace& actual = in.context.actual;
  for (const auto& [id, members] : members_of(in)) {
    const auto read = actual.environments.find(id);
    if (read == actual.environments.end()) continue;  // not requested
    const model::Environment& environment = read->second;
    const std::string subject = fmt::format("environment {}", clean(actual.environment_label(id)));
    if (!environment.is_protected) {
      const std::string why = environment.unread.empty() ? "Render does not say" : clean(environment.unread);
      findings.push_back(
          make_finding("environment-unread", subject,
                       fmt::format("it is unknown whether it is protected: {}. {}", why, members.list()),
                       "use a key that may read it, or check it on Render", members.first));
    } else if (*environment.is_protected) {
      findings.push_back(make_finding(
          "environment-protected", subject,
          "it is protected: only workspace admins may see or change its variables. " + members.list(),
          "use an admin's key; what Render hides from or refuses to others is unknown", members.first));
      if (!members.redeployed) findings.back().severity = Severity::note;
    }
  }
}

/// Links in the file that are missing and cannot be made.
void check_group_scopes(const PreflightInput& in, std::vector<Finding>& findings) {
  const model::Workspace& actual = in.context.actual;
  for (std::size_t i = 0; i < in.context.desired.services.size(); ++i) {
    const model::Service* service = in.context.match.services[i];
    if (service == nullptr) continue;
    const model::DesiredService& wanted = in.context.desired.services[i];
    for (const SourceString& link : wanted.link) {
      const model::Group* group = in.context.match.group_named(link.text);
      if (group == nullptr || !group->environment || group->environment == service->environment) continue;
      if (in.context.links.has(*group, service->id)) continue;
      findings.push_back(make_finding(
          "group-scope", fmt::format("service {}", clean(wanted.name.text)),
          fmt::format("{} belongs to environment {} and can only be linked to services in it; {}",
                      clean(group->label()), clean(actual.environment_label(*group->environment)),
                      service->environment
                          ? fmt::format("this service is in {}",
                                        clean(actual.environment_label(*service->environment)))
                          : std::string("this service is in none")),
          "move the service or the group on Render, or link a group without a scope", link.place));
    }
  }
}

}  // namespace envlink::plan
