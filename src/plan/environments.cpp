#include "plan/environments.h"

#include <fmt/format.h>

#include <map>

#include "base/text.h"

namespace envlink::plan {
namespace {

constexpr std::size_t most_named = 5;

struct Members {
  std::vector<std::string> names{};  // "service api", in the file's order
  Place first{};
  bool touched = false;

  void add(const char* noun, const model::Word& name) {
    if (names.empty()) first = name.place;
    names.push_back(fmt::format("{} {}", noun, clean(name.text)));
  }
};

std::map<EnvironmentId, Members> members_of(const Context& context, const std::vector<bool>& touched) {
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
    members.touched = members.touched || touched[i];
  }
  return environments;
}

Finding protected_one(const std::string& subject, const Members& members) {
  return {
      "environment-protected",
      members.touched ? Severity::warning : Severity::note,
      subject,
      fmt::format("it is protected: only admins of the workspace may see or change variables in it. In it "
                  "{}: {}",
                  members.names.size() == 1 ? "is" : "are", join_and(members.names, most_named)),
      "use the key of an admin; what Render refuses or hides for others is unknown",
      members.first};
}

Finding unread_one(const std::string& subject, const model::Environment& environment,
                   const Members& members) {
  const std::string why = environment.unread.empty() ? "Render does not tell" : clean(environment.unread);
  return {"environment-unread",
          Severity::warning,
          subject,
          fmt::format("whether it is protected is unknown: {}. In it {}: {}", why,
                      members.names.size() == 1 ? "is" : "are", join_and(members.names, most_named)),
          "use a key that may read it, or look at it on Render",
          members.first};
}

}  // namespace

std::string name_of(const EnvironmentId& environment, const model::Workspace& actual) {
  const auto read = actual.environments.find(environment);
  const bool named = read != actual.environments.end() && !read->second.name.empty();
  return clean(named ? read->second.name : environment.text());
}

std::vector<Finding> check_environments(const Context& context, const std::vector<bool>& touched) {
  std::vector<Finding> findings;
  for (const auto& [id, members] : members_of(context, touched)) {
    const auto read = context.actual.environments.find(id);
    if (read == context.actual.environments.end()) continue;  // nobody asked for it
    const std::string subject = fmt::format("environment {}", name_of(id, context.actual));
    const model::Environment& environment = read->second;
    if (!environment.is_protected) {
      findings.push_back(unread_one(subject, environment, members));
    } else if (*environment.is_protected) {
      findings.push_back(protected_one(subject, members));
    }
  }
  return findings;
}

}  // namespace envlink::plan
