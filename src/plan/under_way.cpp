#include "plan/under_way.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/text.h"
#include "plan/waves.h"

namespace envlink::plan {
namespace {

const model::Deploy* under_way(const Context& context, std::size_t service) {
  if (context.match.services[service] == nullptr) return nullptr;
  const auto& deploys = context.actual.deploys_of(context.match.services[service]->id);
  if (deploys.empty()) return nullptr;
  const model::Deploy& newest = deploys.front();
  return is_running(newest.status) ? &newest : nullptr;
}

bool has_begun(const model::Deploy& deploy) {
  return deploy.status != model::DeployStatus::created && deploy.status != model::DeployStatus::queued;
}

/// One name, and how many more: a service may have hundreds behind it.
std::string names_of(const std::vector<std::size_t>& services, const Match& matched) {
  const std::string first = clean(matched.services[services.front()]->name);
  if (services.size() == 1) return first + " comes";
  return fmt::format("{} and {} more come", first, services.size() - 1);
}

Finding about(const model::DesiredService& wanted, const model::Service& service, const model::Deploy& deploy,
              const std::vector<std::size_t>& held_up, const Match& matched) {
  const std::string subject = fmt::format("service {}", clean(service.name));
  const std::string what =
      fmt::format("its deploy {} is {}", clean(deploy.id.text()), clean(deploy.status_text));
  if (held_up.empty()) {
    return Finding{"deploy-under-way",
                   Severity::note,
                   subject,
                   what + ": whether it goes live is not known yet",
                   "wait for it, then: envlink verify",
                   wanted.name.place};
  }
  return Finding{std::string(dependency_deploying),
                 Severity::warning,
                 subject,
                 fmt::format("{}, and {} after it", what, names_of(held_up, matched)),
                 "wait until it is live: envlink apply writes nothing before",
                 wanted.name.place};
}

}  // namespace

std::vector<Finding> check_under_way(const Context& context,
                                     const std::vector<std::vector<std::size_t>>& after,
                                     const std::vector<bool>& taking_part) {
  const std::size_t count = context.desired.services.size();
  std::vector<const model::Deploy*> deploys(count, nullptr);
  std::vector<bool> seen = taking_part;
  for (std::size_t i = 0; i < count; ++i) {
    if (!taking_part[i]) deploys[i] = under_way(context, i);
    if (deploys[i] != nullptr) seen[i] = true;
  }
  if (std::ranges::none_of(deploys, [](const model::Deploy* one) { return one != nullptr; })) return {};
  std::vector<std::vector<std::size_t>> held_up(count);
  const std::vector<std::vector<std::size_t>> behind = effective_dependencies(after, seen);
  for (std::size_t i = 0; i < count; ++i) {
    if (!taking_part[i]) continue;
    for (const std::size_t before : behind[i]) {
      if (deploys[before] == nullptr) continue;
      if (context.desired.rollout.gate == model::Gate::started && has_begun(*deploys[before])) continue;
      held_up[before].push_back(i);
    }
  }
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < count; ++i) {
    if (deploys[i] != nullptr)
      findings.push_back(about(context.desired.services[i], *context.match.services[i], *deploys[i],
                               held_up[i], context.match));
  }
  return findings;
}

const Finding* order_in_question(const Plan& plan) {
  const auto found = std::ranges::find_if(plan.findings, [](const Finding& finding) {
    return finding.id == dependency_deploying && finding.severity != Severity::note;
  });
  return found == plan.findings.end() ? nullptr : &*found;
}

}  // namespace envlink::plan
