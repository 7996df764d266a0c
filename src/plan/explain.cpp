#include "plan/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "plan/context.h"
#include "plan/match.h"

namespace envlink::plan {
namespace {

ExplainedVariable explained(const Resolution& resolution) {
  ExplainedVariable variable{resolution.key, {}, resolution.rule};
  const model::Variable& winner = *resolution.sources.front().variable;
  for (const Source& source : resolution.sources) {
    ExplainedSource one;
    if (source.group != nullptr) {
      one.group = source.group->id;
      one.name = source.group->label();
    }
    one.facts = source.variable->facts;
    if (source.variable != &winner) one.sameness = model::compare(winner, *source.variable);
    variable.sources.push_back(std::move(one));
  }
  return variable;
}

using Groups = std::vector<const model::Group*>;

ExplainedGroup told(const model::Group& group) {
  ExplainedGroup one{group.id, group.label(), std::nullopt};
  if (group.variables) one.variables = group.variables->size();
  one.secret_files = group.secret_files.size();
  return one;
}

Groups groups_now(const model::Workspace& actual, const ServiceId& service) {
  Groups groups;
  for (const model::Group& group : actual.groups) {
    if (group.links_to(service)) groups.push_back(&group);
  }
  return groups;
}

/// Unset: the file does not name the service.
std::optional<Groups> groups_then(const model::Workspace& actual, const model::Service& service,
                                  const model::Desired& desired) {
  const Context context(desired, actual);
  const auto& services = context.match.services;
  const auto place = std::ranges::find(services, &service);
  if (place == services.end()) return std::nullopt;
  return context.groups_after(static_cast<std::size_t>(place - services.begin()));
}

using Variables = std::map<std::string, ExplainedVariable>;

/// The service's own variables and secret files; nullptr: not read.
struct Own {
  const std::vector<model::Variable>* variables;
  const std::vector<std::string>* files;
};

Variables explained_all(const Groups& groups, const Own& own) {
  Variables variables;
  for (const Resolution& resolution : resolve(groups, own.variables, own.files))
    variables.emplace(resolution.key, explained(resolution));
  return variables;
}

AfterApply after_apply(const Groups& now, const Groups& then, const Variables& before, const Own& own,
                       std::string_view key) {
  AfterApply after;
  for (const model::Group* group : then) {
    if (std::ranges::find(now, group) == now.end()) after.linked.push_back(told(*group));
  }
  for (const model::Group* group : now) {
    if (std::ranges::find(then, group) == then.end()) after.unlinked.push_back(told(*group));
  }
  Variables changed = explained_all(then, own);
  for (const auto& [name, variable] : before) {
    if (!changed.emplace(name, ExplainedVariable{name, {}, Rule::only}).second && changed[name] == variable)
      changed.erase(name);
  }
  for (auto& [name, variable] : changed) {
    if (key.empty() || name == key) after.variables.push_back(std::move(variable));
  }
  return after;
}

}  // namespace

Result<Explanation> explain(const model::Workspace& actual, std::string_view service, std::string_view key,
                            const model::Desired& desired) {
  const auto called = service_called(actual, service, desired);
  if (!called) return fail(called.error());
  const model::Service* found = *called;
  Explanation result;
  result.owner = actual.owner;
  result.service = found->id;
  result.name = found->name;
  result.type = found->type;
  result.asked = key;
  const Own own{actual.variables_of(found->id), actual.secret_files_of(found->id)};
  const Groups now = groups_now(actual, found->id);
  for (const model::Group* group : now) result.groups.push_back(told(*group));
  const Variables variables = explained_all(now, own);
  std::vector<std::string> keys;
  for (const auto& [name, variable] : variables) {
    keys.push_back(name);
    if (key.empty() || name == key) result.variables.push_back(variable);
  }
  if (result.variables.empty()) result.near = nearest(key, keys);
  const std::optional<Groups> then = groups_then(actual, *found, desired);
  if (then && *then != now) result.after = after_apply(now, *then, variables, own, key);
  return result;
}

}  // namespace envlink::plan
