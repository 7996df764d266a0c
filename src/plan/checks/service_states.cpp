// Obstacles for the deploy of a service: suspension, automatic deploys, a deploy in progress.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "plan/checks/checks.h"
#include "plan/waves.h"

namespace envlink::plan {
namespace {

using Indices = std::vector<std::size_t>;

const model::Deploy* under_way(const Context& context, const model::Service* service) {
  if (service == nullptr) return nullptr;
  const auto& deploys = context.actual.deploys_of(service->id);
  return !deploys.empty() && is_running(deploys.front().status) ? &deploys.front() : nullptr;
}

bool has_begun(const model::Deploy& deploy) {
  return deploy.status != model::DeployStatus::created && deploy.status != model::DeployStatus::queued;
}

/// One name and the number of others: hundreds may depend on a service.
std::string names_of(const Indices& services, const Match& match) {
  const std::string first = clean(match.services[services.front()]->label());
  if (services.size() == 1) return first + " comes";
  return fmt::format("{} and {} more come", first, services.size() - 1);
}

/// For each service with a deploy in progress: the redeployed ones that must wait for it to pass the gate.
std::vector<Indices> held_up_by(const std::vector<const model::Deploy*>& deploys, const PreflightInput& in) {
  std::vector<Indices> held_up(deploys.size());
  std::vector<bool> seen = in.redeployed;
  for (std::size_t i = 0; i < deploys.size(); ++i) seen[i] = seen[i] || deploys[i] != nullptr;
  const std::vector<Indices> behind = effective_dependencies(in.after, seen);
  const bool begun_is_enough = in.context.desired.rollout.gate == model::Gate::started;
  for (std::size_t i = 0; i < deploys.size(); ++i) {
    if (!in.redeployed[i]) continue;
    for (const std::size_t before : behind[i]) {
      if (in.redeployed[before] || (begun_is_enough && has_begun(*deploys[before]))) continue;
      held_up[before].push_back(i);
    }
  }
  return held_up;
}

/// One finding for all, as there may be hundreds.
void tell_unread(const Context& context, std::vector<Finding>& findings) {
  const std::set<ServiceId>& left = context.actual.deploys_left;
  if (left.empty()) return;
  const auto& services = context.match.services;
  const auto first = std::ranges::find_if(services, [&](const model::Service* service) {
    return service != nullptr && left.contains(service->id);
  });
  if (first == services.end()) return;
  const std::string others = left.size() == 1
                                 ? "its deploys are"
                                 : fmt::format("its deploys, and those of {} more, are", left.size() - 1);
  findings.push_back(
      make_finding("deploys-unread", subject_of(**first),
                   others + " read when their turn comes, before anything about them is changed",
                   "nothing: services without a running build are built then",
                   context.desired.services[static_cast<std::size_t>(first - services.begin())].name.place));
}

}  // namespace

void check_service_states(const PreflightInput& in, std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < in.context.desired.services.size(); ++i) {
    const model::Service* service = in.context.match.services[i];
    if (service == nullptr) continue;
    const Place place = in.context.desired.services[i].name.place;
    const auto asked = in.context.asked_groups(i);
    const bool linked = std::ranges::all_of(
        asked, [&](const model::Group* group) { return in.context.links.has(*group, service->id); });
    if (in.context.rests(i) && !linked) {
      const bool skipped = in.context.is_skipped(i);
      findings.push_back(make_finding(
          "service-suspended", subject_of(*service),
          skipped ? "it is suspended and left alone" : "it is suspended: it is linked but not deployed",
          "resume it on Render, which also deploys it" + std::string(skipped ? "; then: envlink apply" : ""),
          place));
      findings.back().severity = Severity::note;
    }
    if (!in.redeployed[i]) continue;
    if (service->suspended && !in.context.rests(i)) {
      findings.push_back(make_finding(
          "service-suspended", subject_of(*service), "it is suspended, so a deploy cannot succeed",
          "resume it on Render, or say `rollout: {suspended: link}` or `skip`", place));
    }
    if (service->auto_deploy == false) {
      findings.push_back(make_finding("autodeploy-off", subject_of(*service),
                                      "auto-deploy is off: later changes to its groups need a deploy",
                                      "nothing, if intended; envlink redeploys it when needed", place));
    }
  }
}

void check_gate(const PreflightInput& in, std::vector<Finding>& findings) {
  const std::size_t count = in.context.desired.services.size();
  if (in.context.desired.rollout.gate != model::Gate::healthy) return;
  std::vector<bool> awaited(count);
  for (const Indices& before : in.after) {
    for (const std::size_t service : before) awaited[service] = true;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const model::Service* service = in.context.match.services[i];
    if (service == nullptr || !in.redeployed[i] || !model::health_url(*service).empty()) continue;
    const bool may_have_one = service->type == model::ServiceType::web_service;
    if (!may_have_one && !awaited[i]) continue;
    findings.push_back(make_finding(
        "gate-without-health-path", subject_of(*service),
        may_have_one ? "it has no health check path, so `gate: healthy` only waits until it is live"
                     : fmt::format("a {} has no health check path: services after it start once it is live",
                                   model::to_string(service->type)),
        may_have_one ? "set a health check path on Render, or use `gate: live`"
                     : "nothing, if that is enough",
        in.context.desired.services[i].name.place));
    if (!may_have_one) findings.back().severity = Severity::note;
  }
}

void check_deploys_in_progress(const PreflightInput& in, std::vector<Finding>& findings) {
  const Match& match = in.context.match;
  tell_unread(in.context, findings);
  std::vector<const model::Deploy*> deploys;
  for (const model::Service* service : match.services) deploys.push_back(under_way(in.context, service));
  if (std::ranges::count(deploys, nullptr) == std::ssize(deploys)) return;
  const std::vector<Indices> held_up = held_up_by(deploys, in);
  for (std::size_t i = 0; i < deploys.size(); ++i) {
    if (deploys[i] == nullptr) continue;
    const std::string subject = subject_of(*match.services[i]);
    const std::string what =
        fmt::format("its deploy {} is {}", clean(deploys[i]->id.text()), clean(deploys[i]->status_text));
    const Place place = in.context.desired.services[i].name.place;
    if (in.redeployed[i]) {
      findings.push_back(make_finding("deploy-under-way", subject, what + " already",
                                      "Render lets it finish first or cancels it, depending on the "
                                      "workspace's overlapping deploy policy",
                                      place));
    } else if (held_up[i].empty()) {
      findings.push_back(make_finding("deploy-under-way", subject,
                                      what + ": it is not known yet whether it goes live",
                                      "wait for it, then: envlink verify", place));
      findings.back().severity = Severity::note;
    } else {
      findings.push_back(make_finding("dependency-deploying", subject,
                                      fmt::format("{}, and {} after it", what, names_of(held_up[i], match)),
                                      "wait until it is live: until then envlink apply changes nothing",
                                      place));
    }
  }
}

}  // namespace envlink::plan
