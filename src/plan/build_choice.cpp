#include "plan/build_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace envlink::plan {
namespace {

// Common front-end build tools copy variables with these prefixes into their output.
constexpr auto baked_in = std::to_array<std::string_view>({"VITE_", "NEXT_PUBLIC_", "REACT_APP_", "GATSBY_",
                                                           "NUXT_PUBLIC_", "NUXT_ENV_", "VUE_APP_", "NG_APP_",
                                                           "PUBLIC_", "EXPO_PUBLIC_", "STORYBOOK_"});
// Render chooses the versions of these tools at build time, so an old build keeps the old ones.
constexpr auto versions = std::to_array<std::string_view>(
    {"PYTHON_VERSION", "NODE_VERSION", "RUBY_VERSION", "RUSTUP_TOOLCHAIN", "ELIXIR_VERSION", "ERLANG_VERSION",
     "GO_VERSION", "BUN_VERSION", "POETRY_VERSION", "UV_VERSION"});

using model::ServiceType;

bool is_built_elsewhere(const model::Service& service) {
  return service.image_backed || service.artifact_sourced;
}

std::string build_time_key(const std::vector<model::Variable>& variables, const model::Desired& desired) {
  const auto found = std::ranges::find_if(
      variables, [&](const model::Variable& variable) { return is_build_time(variable.key, desired); });
  return found == variables.end() ? std::string{} : found->key;
}

/// Looks at the variables of the groups and the service that were read.
std::string build_time_key(const std::vector<const model::Group*>& groups, const Context& context,
                           const model::Service& service) {
  for (const model::Group* group : groups) {
    if (!group->variables) continue;
    if (std::string key = build_time_key(*group->variables, context.desired); !key.empty()) return key;
  }
  const auto* own = context.actual.variables_of(service.id);
  return own == nullptr ? std::string{} : build_time_key(*own, context.desired);
}

/// The first group, or the service, whose variables were not read although a build may use them.
std::string unread_holder(const std::vector<const model::Group*>& groups, const Context& context,
                          const model::Service& service) {
  const auto unread =
      std::ranges::find_if(groups, [](const model::Group* group) { return !group->variables.has_value(); });
  if (unread != groups.end()) return fmt::format("the variables of {}", clean((*unread)->label()));
  return context.actual.variables_of(service.id) == nullptr ? "the service's variables" : std::string{};
}

}  // namespace

bool is_build_time(std::string_view key, const model::Desired& desired) {
  const auto begins = [key](std::string_view prefix) { return key.starts_with(prefix); };
  if (std::ranges::any_of(baked_in, begins) || std::ranges::find(versions, key) != versions.end())
    return true;
  return std::ranges::any_of(desired.build_time, [key](const SourceString& one) {
    const std::string_view pattern = one.text;
    return pattern.ends_with('*') ? key.starts_with(pattern.substr(0, pattern.size() - 1)) : key == pattern;
  });
}

std::string build_time_reason(const Context& context, std::size_t index) {
  const model::Service& service = *context.match.services[index];
  if (is_built_elsewhere(service)) return {};
  if (service.type == ServiceType::static_site) return "a static site reads variables when it is built";
  const std::string key = build_time_key(context.groups_around(index), context, service);
  return key.empty() ? key : fmt::format("{} is read at build time", clean(key));
}

std::string key_built_elsewhere(const Context& context, std::size_t index) {
  const model::Service& service = *context.match.services[index];
  if (!is_built_elsewhere(service)) return {};
  return build_time_key(context.groups_after(index), context, service);
}

BuildChoice choose_build(const Context& context, std::size_t index, bool has_live_deploy) {
  const model::Service& service = *context.match.services[index];
  const model::DeployChoice choice = context.desired.rollout.deploy;
  if (choice == model::DeployChoice::rebuild) return {true, "the file says rebuild"};
  if (choice == model::DeployChoice::deploy_only) return {false, "the file says deploy_only"};
  if (service.image_backed) return {true, "it deploys its image again"};
  if (service.artifact_sourced) return {true, "an artifact source builds it"};
  if (service.type == ServiceType::static_site) return {true, build_time_reason(context, index)};
  if (service.type == ServiceType::cron_job) return {true, "a cron job's next run needs a new build"};
  if (service.type == ServiceType::unknown) return {true, "its type is unknown"};
  if (!has_live_deploy) return {true, "it has no running build"};
  if (std::string because = build_time_reason(context, index); !because.empty())
    return {true, std::move(because)};
  const std::string unread = unread_holder(context.groups_around(index), context, service);
  if (!unread.empty()) return {true, unread + " are unknown, and a build may read them"};
  return {false, "its last build works with new variables"};
}

std::optional<Duration> expected_duration(const std::vector<model::Deploy>& newest_first, bool rebuild) {
  if (!rebuild) return std::nullopt;
  std::vector<Duration> spans;
  for (const model::Deploy& deploy : newest_first) {
    const model::DeployClass outcome = class_of(deploy.status);
    if (outcome != model::DeployClass::live && outcome != model::DeployClass::superseded) continue;
    if (deploy.trigger == "rollback") continue;
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
