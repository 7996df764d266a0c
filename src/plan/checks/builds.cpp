// Variables that a build reads if the deploy has no build, and `build_time` entries that match nothing.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "plan/build_choice.h"
#include "plan/checks/checks.h"

namespace envlink::plan {
namespace {

/// The keys of the file's groups and services.
struct KnownKeys {
  std::set<std::string> keys;
  bool all = true;  // everything was read

  void add(const std::vector<model::Variable>* variables) {
    all = all && variables != nullptr;
    if (variables == nullptr) return;
    for (const model::Variable& variable : *variables) keys.insert(variable.key);
  }
};

KnownKeys known_keys(const Context& context) {
  KnownKeys known;
  std::set<const model::Group*> groups(context.match.groups.begin(), context.match.groups.end());
  for (std::size_t i = 0; i < context.match.services.size(); ++i) {
    const model::Service* service = context.match.services[i];
    known.all = known.all && service != nullptr;
    if (service == nullptr) continue;
    known.add(context.actual.variables_of(service->id));
    for (const model::Group* group : context.groups_around(i)) groups.insert(group);
  }
  for (const model::Group* group : groups)
    known.add(group != nullptr && group->variables ? &*group->variables : nullptr);
  return known;
}

/// All patterns for the keys: "APP_PUBLIC_URL" matches "APP_*" and "APP_PUBLIC_*".
std::vector<std::string> words_for(const std::set<std::string>& keys, bool prefixes) {
  if (!prefixes) return {keys.begin(), keys.end()};
  std::set<std::string> words;
  for (const std::string& key : keys) {
    for (std::size_t at = key.find('_'); at != std::string::npos; at = key.find('_', at + 1))
      words.insert(key.substr(0, at + 1) + "*");
  }
  return {words.begin(), words.end()};
}

bool fits_one(const std::string& pattern, const std::set<std::string>& keys) {
  if (!pattern.ends_with('*')) return keys.contains(pattern);
  const std::string prefix = pattern.substr(0, pattern.size() - 1);
  const auto first = keys.lower_bound(prefix);
  return first != keys.end() && first->starts_with(prefix);
}

}  // namespace

void check_builds(const PreflightInput& in, std::vector<Finding>& findings) {
  if (in.context.desired.rollout.deploy != model::DeployChoice::deploy_only) return;
  for (std::size_t i = 0; i < in.context.desired.services.size(); ++i) {
    const model::Service* service = in.context.match.services[i];
    if (service == nullptr || !in.redeployed[i]) continue;
    const std::string because = build_time_reason(in.context, i);
    if (because.empty()) continue;
    findings.push_back(make_finding("rebuild-needed", subject_of(*service),
                                    fmt::format("{}, but `deploy: deploy_only` builds nothing", because),
                                    "use `deploy: auto`, which builds where needed",
                                    in.context.desired.services[i].name.place));
  }
}

/// Render does not build these services, so no deploy brings them the value.
void check_builds_elsewhere(const PreflightInput& in, std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < in.context.desired.services.size(); ++i) {
    const model::Service* service = in.context.match.services[i];
    if (service == nullptr || !in.redeployed[i]) continue;
    const std::string key = key_built_elsewhere(in.context, i);
    if (key.empty()) continue;
    const bool image = service->image_backed;
    findings.push_back(make_finding(
        "build-elsewhere", subject_of(*service),
        fmt::format("{} is read at build time, but a deploy builds nothing here: {}", clean(key),
                    image ? "Render uses its image as it is"
                          : "an artifact source builds it, with the variables of that source"),
        image ? "build the image with the new value, or ignore this if the program reads it when it starts"
              : "link the group to the artifact source on Render, and build that",
        in.context.desired.services[i].name.place, key));
  }
}

void check_build_time_names(const PreflightInput& in, std::vector<Finding>& findings) {
  const std::vector<SourceString>& patterns = in.context.desired.build_time;
  if (patterns.empty()) return;
  const KnownKeys known = known_keys(in.context);
  for (const SourceString& pattern : patterns) {
    if (fits_one(pattern.text, known.keys)) continue;
    const std::string near = nearest(pattern.text, words_for(known.keys, pattern.text.ends_with('*')));
    if (near.empty() && !known.all) continue;
    findings.push_back(make_finding("build-time-unknown", fmt::format("build_time {}", clean(pattern.text)),
                                    "no group or service of the file has a variable with that name",
                                    near.empty() ? "correct the name, or remove it from `build_time`"
                                                 : fmt::format("did you mean {}?", clean(near)),
                                    pattern.place, pattern.text));
  }
}

}  // namespace envlink::plan
