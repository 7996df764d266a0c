#include "rollback_oracle.h"

#include <fmt/format.h>
#include <algorithm>

#include "violation.h"

namespace envlink::simulation {
namespace {

bool is_under_way(std::string_view status) {
  return status == "created" || status == "queued" || status.ends_with("_in_progress");
}

}  // namespace

void RollbackOracle::run_begins(const plan::Plan& plan, Time now) {
  plan_ = &plan;
  began_ = now;
  served_.clear();
  touched_.clear();
  for (std::size_t i = 0; i < world_.deploy_count(); ++i) {
    if (world_.deploy(i).status == "live") served_.push_back(i);
  }
}

void RollbackOracle::rollback_begins(const plan::Plan& back, const JournalWatch& done, Time last_sent) const {
  for (const plan::LinkChange& change : back.links) {
    if (done.intended(change.group, back.services[change.service].id)) continue;
    throw Violation(fmt::format("invariant 5: a rollback changes the link of {} to {}, which the run did not",
                                back.services[change.service].name, change.group_name));
  }
  for (const plan::PlannedService& service : back.services) {
    if (!service.redeploys()) continue;
    bool newest = true;
    for (std::size_t i = world_.deploy_count(); i-- > 0;) {
      const auto deploy = world_.deploy(i);
      if (deploy.service_id != service.id.text()) continue;
      const bool in_the_way = deploy.status == "live" || (newest && is_under_way(deploy.status));
      newest = false;
      if (!in_the_way || deploy.trigger != "new_commit") continue;
      const bool shown = deploy.created + scenario_.workspace.behaviour.list_lag <= last_sent;
      if (deploy.created < began_ || !shown) continue;
      throw Violation(fmt::format("a rollback of {} undoes a colleague's push", service.name));
    }
  }
}

void RollbackOracle::sent(const api::Request& request) {
  for (const auto& service : scenario_.workspace.services) {
    if (request.target.find(service.id) != std::string::npos)
      touched_.try_emplace(service.id, world_.deploy_count());
  }
  if (!request.target.ends_with("/rollback")) return;
  const std::string_view body = request.body;
  const std::size_t from = std::min(body.find("dep-"), body.size());
  const std::string_view target = body.substr(from, body.find('"', from) - from);
  for (std::size_t i = 0; i < world_.deploy_count(); ++i) {
    const auto deploy = world_.deploy(i);
    if (deploy.id != target) continue;
    const bool of_it = request.target == fmt::format("/services/{}/rollback", deploy.service_id);
    // If colleagues deploy too, another deploy may have been live when the plan was made or when the
    // service's turn came.
    const bool ran_before = scenario_.untouched
                                ? std::find(served_.begin(), served_.end(), i) != served_.end()
                                : deploy.created <= began_ || i < touched_[std::string(deploy.service_id)];
    if (of_it && ran_before) return;
  }
  throw Violation(fmt::format("a rollback goes back to {}, which is not what ran before", target));
}

std::vector<std::size_t> RollbackOracle::go_first(std::size_t service) const {
  std::vector<std::size_t> first;
  for (std::size_t i = 0; i < plan_->services.size(); ++i) {
    const auto& before = plan_->services[i].waits_for;
    if (std::find(before.begin(), before.end(), service) != before.end()) first.push_back(i);
  }
  return first;
}

}  // namespace envlink::simulation
