#include "plan/precedence.h"

#include <algorithm>
#include <map>

namespace envlink::plan {
namespace {

/// The group created last first; groups without a time come last, in Render's order.
bool goes_before(const Source& a, const Source& b) {
  if (a.group->created && b.group->created) return *a.group->created > *b.group->created;
  return a.group->created.has_value() && !b.group->created.has_value();
}

Rule rule_among_groups(const std::vector<Source>& sources) {
  if (sources.size() == 1) return Rule::only;
  const bool told = std::all_of(sources.begin(), sources.end(),
                                [](const Source& source) { return source.group->created.has_value(); });
  return told && sources[0].group->created != sources[1].group->created ? Rule::newest_group
                                                                        : Rule::unsettled;
}

bool from(const std::vector<Source>& sources, const model::Group* group) {
  return std::any_of(sources.begin(), sources.end(),
                     [group](const Source& source) { return source.group == group; });
}

/// Of secret files only the name is known.
const model::Variable secret_file;

}  // namespace

std::vector<Resolution> resolve(const std::vector<const model::Group*>& groups,
                                const std::vector<model::Variable>* own,
                                const std::vector<std::string>* own_files) {
  std::map<std::string, std::vector<Source>> by_key;
  for (const model::Group* group : groups) {
    for (const std::string& file : group->secret_files) {
      std::vector<Source>& sources = by_key[model::file_key(file)];
      if (!from(sources, group)) sources.push_back({group, &secret_file});
    }
    if (!group->variables) continue;
    for (const model::Variable& variable : *group->variables) {
      std::vector<Source>& sources = by_key[variable.key];
      if (!from(sources, group)) sources.push_back({group, &variable});
    }
  }
  std::map<std::string, const model::Variable*> own_by_key;
  if (own != nullptr) {
    for (const model::Variable& variable : *own) {
      own_by_key.emplace(variable.key, &variable);
      by_key[variable.key];
    }
  }
  if (own_files != nullptr) {
    for (const std::string& file : *own_files) {
      own_by_key.emplace(model::file_key(file), &secret_file);
      by_key[model::file_key(file)];
    }
  }
  std::vector<Resolution> resolved;
  resolved.reserve(by_key.size());
  for (auto& [key, sources] : by_key) {
    std::stable_sort(sources.begin(), sources.end(), goes_before);
    Rule rule = sources.empty() ? Rule::only : rule_among_groups(sources);
    if (const auto mine = own_by_key.find(key); mine != own_by_key.end()) {
      rule = sources.empty() ? Rule::only : Rule::own;
      sources.insert(sources.begin(), {nullptr, mine->second});
    }
    if (sources.size() > 1 && model::is_file_key(key)) rule = Rule::files;
    resolved.push_back({key, std::move(sources), rule});
  }
  return resolved;
}

std::string_view why(Rule rule) {
  switch (rule) {
    case Rule::only:
      return "nothing else sets it";
    case Rule::own:
      return "a service's own variable wins over its groups (guaranteed by Render)";
    case Rule::newest_group:
      return "the group created last wins (today's behaviour, not guaranteed by Render)";
    case Rule::unsettled:
      return "Render does not say which group was created last";
    case Rule::files:
      return "which of several secret files with the same name wins is not documented";
  }
  return "";
}

model::Sameness compare(const Resolution& resolution) {
  model::Sameness all = model::Sameness::equal;
  for (const Source& source : resolution.sources) {
    const model::Sameness one = model::compare(*resolution.sources.front().variable, *source.variable);
    if (one == model::Sameness::different) return one;
    if (one == model::Sameness::unknown) all = one;
  }
  return all;
}

}  // namespace envlink::plan
