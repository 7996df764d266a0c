#include "hold_oracle.h"

#include <fmt/format.h>

#include <algorithm>

#include "emulator/services.h"
#include "violation.h"

namespace envlink::simulation {

bool is_about_automatic_deploys(const api::Request& request) {
  return request.method == api::Method::patch && request.body.find("autoDeploy") != std::string::npos;
}

/// The setting before any run.
std::string_view HoldOracle::before(std::string_view service) const {
  const auto seed = std::ranges::find(scenario_.workspace.services, service, &emulator::SeedService::id);
  return emulator::auto_deploy_trigger(*seed);
}

void HoldOracle::run_begins(const plan::Plan& plan) {
  plan_ = &plan;
  intended_.assign(plan.services.size(), false);
  failed_ = false;
  off_already_.clear();
  for (const plan::PlannedService& service : plan.services) {
    off_already_.push_back(service.auto_deploy_was.empty() &&
                           world_.auto_deploy_trigger(service.id.text()) == "off");
  }
}

void HoldOracle::recorded(const engine::Event& event) {
  if (const auto* intended = event.as<engine::HoldIntended>())
    intended_.at(intended->service.position) = true;
  if (const auto* answered = event.as<engine::HoldAnswered>())
    intended_.at(answered->service.position) = false;
  if (const auto* failed = event.as<engine::HoldFailed>())
    failed_ |= failed->action == engine::HoldAction::restore;
  if (event.is<engine::RunResumed>()) failed_ = false;
}

void HoldOracle::switched(const api::Request& request) const {
  for (std::size_t i = 0; i < plan_->services.size(); ++i) {
    const plan::PlannedService& service = plan_->services[i];
    if (!request.target.ends_with("/" + service.id.text())) continue;
    if (!intended_[i])
      throw Violation(
          fmt::format("invariant 6: automatic deploys of {} were switched, and the journal does "
                      "not tell of it",
                      service.name));
    const bool planned = service.hold || !service.auto_deploy_was.empty();
    const bool off = request.body.find("\"off\"") != std::string::npos;
    const bool as_before =
        request.body.find(fmt::format("\"{}\"", before(service.id.text()))) != std::string::npos;
    if (planned && (off || as_before)) return;
    throw Violation(fmt::format("holds: automatic deploys of {} were set to {}", service.name, request.body));
  }
  throw Violation("holds: automatic deploys of a service were switched that the plan does not name");
}

void HoldOracle::written() const {
  for (const plan::PlannedService& service : plan_->services) {
    if (!service.hold || world_.auto_deploy_trigger(service.id.text()) == "off") continue;
    throw Violation(
        fmt::format("holds: something was written while automatic deploys of {} are on", service.name));
  }
}

void HoldOracle::run_ended() const {
  if (failed_) return;
  for (std::size_t i = 0; i < plan_->services.size(); ++i) {
    const plan::PlannedService& service = plan_->services[i];
    if (off_already_[i] || (!service.hold && service.auto_deploy_was.empty())) continue;
    const std::string_view now = world_.auto_deploy_trigger(service.id.text());
    if (now == before(service.id.text())) continue;
    throw Violation(
        fmt::format("holds: the run ended, and automatic deploys of {} are {}", service.name, now));
  }
}

void HoldOracle::all_is_over() const {
  for (const emulator::SeedService& service : scenario_.workspace.services) {
    const std::string_view now = world_.auto_deploy_trigger(service.id);
    if (now == before(service.id)) continue;
    throw Violation(
        fmt::format("holds: nothing is left to do, and automatic deploys of {} are {}", service.name, now));
  }
}

}  // namespace envlink::simulation
