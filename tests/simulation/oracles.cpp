#include "oracles.h"

#include <fmt/format.h>
#include <algorithm>

#include "api/replies.h"

namespace envlink::simulation {
namespace {

bool is_deploy_request(const api::Request& request) {
  return request.method == api::Method::post && request.target.ends_with("/deploys");
}

std::string service_in(const std::string& target) {
  const std::size_t from = std::string_view("/services/").size();
  return target.substr(from, target.find('/', from) - from);
}

bool went_live(const emulator::World::DeployView& deploy) {
  return deploy.status == "live" || deploy.status == "deactivated";
}

}  // namespace

void Oracles::watch(const plan::Plan& plan, Time now) {
  plan_ = &plan;
  began_ = now;
  for (std::size_t i = 0; i < plan.services.size(); ++i) service_of_[plan.services[i].id.text()] = i;
}

void Oracles::sent(Time, const api::Request& request) {
  ++requests_;
  const bool write = request.method != api::Method::get;
  if (plan_ == nullptr) {
    if (write) throw Violation("a write went out before there was a plan");
    return;
  }
  if (!is_deploy_request(request)) return;
  const std::size_t service = service_of_.at(service_in(request.target));
  links_read_back_first(service);
  dependencies_passed_the_gate(service);
}

void Oracles::reached(Time, const api::Request& request, const api::Response&) {
  if (is_deploy_request(request)) one_deploy_each();
  within_the_budget();
}

void Oracles::told(Time, const api::Request& request, const api::Outcome& outcome) {
  const auto* response = std::get_if<api::Response>(&outcome);
  const bool group_read =
      request.method == api::Method::get && request.target.starts_with("/env-groups/evg-");
  if (response == nullptr || response->status != 200 || !group_read) return;
  const Result<model::Group> group = api::parse_group(*response);
  if (!group) return;
  std::erase_if(shown_, [&](const auto& link) { return link.first == group->id.text(); });
  for (const ServiceId& service : group->links) shown_.emplace(group->id.text(), service.text());
}

void Oracles::links_read_back_first(std::size_t service) const {
  for (const plan::LinkChange& change : plan_->links) {
    if (change.service != service) continue;
    const bool shown = shown_.contains({change.group.text(), plan_->services[service].id.text()});
    if (shown == (change.action == plan::LinkAction::add)) continue;
    throw Violation(fmt::format("invariant 1: a deploy of {} was asked for before {} had been read back",
                                plan_->services[service].name, change.group_name));
  }
}

bool Oracles::any_deploy(auto holds) const {
  for (std::size_t i = 0; i < world_.deploy_count(); ++i) {
    if (holds(world_.deploy(i))) return true;
  }
  return false;
}

bool Oracles::carries(const emulator::World::DeployView& deploy, std::size_t service) const {
  const plan::PlannedService& planned = plan_->services[service];
  if (deploy.service_id != planned.id.text() || deploy.created < began_) return false;
  return std::all_of(planned.final_groups.begin(), planned.final_groups.end(), [&](const GroupId& group) {
    return std::find(deploy.groups.begin(), deploy.groups.end(), group.text()) != deploy.groups.end();
  });
}

void Oracles::dependencies_passed_the_gate(std::size_t service) const {
  for (const std::size_t before : plan_->services[service].waits_for) {
    const bool passed = any_deploy([&](const auto& deploy) {
      return carries(deploy, before) && (plan_->rollout.gate == model::Gate::started || went_live(deploy));
    });
    if (passed) continue;
    throw Violation(fmt::format("invariant 2: {} was started before {} had passed the gate",
                                plan_->services[service].name, plan_->services[before].name));
  }
}

void Oracles::one_deploy_each() const {
  std::map<std::string_view, int> counts;
  for (std::size_t i = 0; i < world_.deploy_count(); ++i) {
    const auto deploy = world_.deploy(i);
    if (deploy.trigger == "api" && deploy.created >= began_ && ++counts[deploy.service_id] > 1) {
      throw Violation(fmt::format("invariant 3: envlink caused two deploys of {}", deploy.service_id));
    }
  }
}

void Oracles::within_the_budget() const {
  if (scenario_.lone && world_.limited() > 0) {
    throw Violation("invariant 4: Render had to answer 429 to a lone client");
  }
}

void Oracles::success_is_true() const {
  for (std::size_t service = 0; service < plan_->services.size(); ++service) {
    if (!plan_->services[service].redeploys()) continue;
    const bool true_success =
        any_deploy([&](const auto& deploy) { return carries(deploy, service) && went_live(deploy); });
    if (!true_success) {
      throw Violation(fmt::format("success was reported, but no deploy of {} with its groups went live",
                                  plan_->services[service].name));
    }
  }
  for (const plan::LinkChange& change : plan_->links) {
    const bool linked = world_.is_linked(change.group.text(), plan_->services[change.service].id.text());
    if (linked != (change.action == plan::LinkAction::add)) {
      throw Violation(
          fmt::format("success was reported, but the link of {} is not as planned", change.group_name));
    }
  }
}

void Oracles::ended(Time, int exit_code) const {
  constexpr int known[] = {0, 1, 3, 5, 7, 130};
  if (std::find(std::begin(known), std::end(known), exit_code) == std::end(known)) {
    throw Violation(
        fmt::format("invariant 8: the run ended with {}, which is no code of the table", exit_code));
  }
  if (exit_code == 0) success_is_true();
}

}  // namespace envlink::simulation
