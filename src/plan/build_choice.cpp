#include "plan/build_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace envlink::plan {
namespace {

// Prefixes under which the common front-end build tools copy a variable into what they build.
constexpr std::array<std::string_view, 8> baked_in = {
    "VITE_", "NEXT_PUBLIC_", "REACT_APP_", "GATSBY_", "NUXT_PUBLIC_", "VUE_APP_", "PUBLIC_", "EXPO_PUBLIC_"};

std::string build_time_key(const std::vector<const model::Group*>& groups) {
  for (const model::Group* group : groups) {
    if (!group->variables) continue;
    for (const model::Variable& variable : *group->variables) {
      for (const std::string_view prefix : baked_in) {
        if (variable.key.starts_with(prefix)) return variable.key;
      }
    }
  }
  return {};
}

}  // namespace

std::string build_time_reason(const model::Service& service, const std::vector<const model::Group*>& groups) {
  if (service.type == model::ServiceType::static_site)
    return "a static site reads variables when it is built";
  const std::string key = build_time_key(groups);
  return key.empty() ? key : fmt::format("{} is read at build time", clean(key));
}

BuildChoice choose_build(model::DeployChoice choice, const model::Service& service,
                         const std::vector<const model::Group*>& groups, bool has_live_deploy) {
  if (choice == model::DeployChoice::rebuild) return {true, "the file says rebuild"};
  if (choice == model::DeployChoice::deploy_only) return {false, "the file says deploy_only"};
  if (service.type == model::ServiceType::static_site) return {true, build_time_reason(service, groups)};
  if (service.type == model::ServiceType::cron_job) return {true, "a cron job's next run uses a new build"};
  if (service.image_backed) return {true, "it deploys its image anew"};
  if (service.type == model::ServiceType::unknown) return {true, "its type is not known"};
  if (!has_live_deploy) return {true, "it has no build that runs"};
  if (std::string because = build_time_reason(service, groups); !because.empty())
    return {true, std::move(because)};
  return {false, "its last build is enough for new variables"};
}

std::optional<Duration> expected_duration(const std::vector<model::Deploy>& newest_first, bool rebuild) {
  if (!rebuild) return std::nullopt;
  std::vector<Duration> spans;
  for (const model::Deploy& deploy : newest_first) {
    const model::DeployClass outcome = class_of(deploy.status);
    if (outcome != model::DeployClass::live && outcome != model::DeployClass::superseded) continue;
    const std::optional<Time> from = began(deploy);
    if (!from || !deploy.finished || *deploy.finished < *from) continue;
    spans.push_back(*deploy.finished - *from);
    if (spans.size() == 5) break;
  }
  if (spans.empty()) return std::nullopt;
  const auto middle = spans.begin() + static_cast<std::ptrdiff_t>(spans.size() / 2);
  std::nth_element(spans.begin(), middle, spans.end());
  return *middle;
}

}  // namespace envlink::plan
