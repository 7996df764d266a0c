#include "plan/explain.h"

#include <fmt/format.h>

#include "base/text.h"

namespace envlink::plan {
namespace {

Error no_service(const model::Workspace& actual, std::string_view wanted) {
  std::vector<std::string> names;
  for (const model::Service& service : actual.services) {
    if (!service.preview) names.push_back(service.name);
  }
  const std::string near = nearest(wanted, names);
  return {
      .what = fmt::format("Workspace {} has no service called {}", clean(actual.owner.name), clean(wanted)),
      .cure = near.empty()
                  ? fmt::format("Name one of its {}, or an id (srv-…).", count_of(names.size(), "service"))
                  : fmt::format("Did you mean {}?", clean(near))};
}

ExplainedVariable explained(const Resolution& resolution) {
  ExplainedVariable variable{resolution.key, {}, resolution.rule};
  const model::Variable& winner = *resolution.sources.front().variable;
  for (const Source& source : resolution.sources) {
    ExplainedSource one;
    if (source.group != nullptr) {
      one.group = source.group->id;
      one.name = source.group->name;
    }
    one.facts = source.variable->facts;
    if (source.variable != &winner) one.sameness = model::compare(winner, *source.variable);
    variable.sources.push_back(std::move(one));
  }
  return variable;
}

}  // namespace

Result<Explanation> explain(const model::Workspace& actual, std::string_view service, std::string_view key) {
  const model::Service* found = actual.service_called(service);
  if (found == nullptr) return fail(no_service(actual, service));
  Explanation result;
  result.owner = actual.owner;
  result.service = found->id;
  result.name = found->name;
  result.type = found->type;
  result.asked = key;
  std::vector<const model::Group*> groups;
  for (const model::Group& group : actual.groups) {
    if (!group.links_to(found->id)) continue;
    groups.push_back(&group);
    result.groups.push_back({group.id, group.name, std::nullopt});
    if (group.variables) result.groups.back().variables = group.variables->size();
  }
  std::vector<std::string> keys;
  for (const Resolution& resolution : resolve(groups, actual.variables_of(found->id))) {
    keys.push_back(resolution.key);
    if (key.empty() || resolution.key == key) result.variables.push_back(explained(resolution));
  }
  if (result.variables.empty()) result.near = nearest(key, keys);
  return result;
}

}  // namespace envlink::plan
