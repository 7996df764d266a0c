#include "engine/rollback.h"

#include <fmt/format.h>
#include <algorithm>
#include <set>

#include "base/text.h"
#include "engine/attribution.h"
#include "plan/finding.h"
#include "plan/waves.h"

namespace envlink::engine {
namespace {

using model::Deploy;
using plan::LinkAction;
using plan::PlannedService;

bool contains(const std::vector<DeployId>& ids, const DeployId& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

struct RollbackPlanner {
  const plan::Plan& plan;
  const Progress& done;
  const model::Workspace& actual;
  const std::vector<DeployId>& gone_back;
  plan::Plan back;

  void refuse(std::size_t service, std::string_view id, std::string what, std::string cure) {
    back.findings.push_back(plan::make_finding(
        id, fmt::format("service {}", clean(plan.services[service].name)), std::move(what), std::move(cure)));
  }

  /// The run asked for it, as far as the journal and the list of deploys can tell.
  bool is_ours(std::size_t service, const Deploy& deploy) const {
    const ServiceProgress& one = done.services[service];
    const auto& known = plan.services[service].known_deploys;
    if (deploy.trigger == "service_updated" && changed_links(service) && !contains(known, deploy.id))
      return true;
    // A colleague's push that took over from ours carries more than the run's change.
    if (deploy.id == one.deploy) return deploy.trigger == "api";
    return one.deploy.empty() && one.attempts > 0 && deploy.trigger == "api" &&
           !contains(one.before.deploys, deploy.id);
  }

  /// Render may redeploy by itself when a link changes.
  bool changed_links(std::size_t service) const {
    for (std::size_t link = 0; link < plan.links.size(); ++link) {
      if (plan.links[link].service == service && done.links[link].attempts > 0) return true;
    }
    return false;
  }

  void undo_link(const plan::LinkChange& change, const LinkProgress& progress) {
    if (progress.attempts == 0) return;
    const bool added = change.action == LinkAction::add;
    const PlannedService& service = plan.services[change.service];
    const model::Group* group = actual.find_group(change.group);
    if (group == nullptr) {
      if (added) return;  // with the group its links are gone
      return refuse(
          change.service, "group-gone",
          fmt::format("{} does not exist any more, so it cannot be linked again", clean(change.group_name)),
          "make the group again on Render, or leave the run as it stands");
    }
    if (group->links_to(service.id) != added) return;
    back.links.push_back(
        {added ? LinkAction::remove : LinkAction::add, change.group, change.group_name, change.service});
  }

  void moved_on(std::size_t service, const Deploy& by) {
    refuse(service, "moved-on",
           fmt::format("{} ({}) is newer than what the run deployed: going back would undo that as well",
                       clean(by.id.text()), clean(by.trigger)),
           "deploy what you want to run, and change links with the file and `envlink apply`");
  }

  void undo_deploy(std::size_t index, PlannedService& service) {
    const ServiceProgress& progress = done.services[index];
    const bool asked = progress.attempts > 0 || !progress.deploy.empty();
    // Whoever deployed it since has put the run's links to work.
    const bool may_run_with_links = plan.services[index].redeploys() && changed_links(index);
    if (!asked && !may_run_with_links) return;
    const std::vector<Deploy>& deploys = actual.deploys_of(service.id);
    if (deploys.empty()) return;
    const Deploy& newest = deploys.front();
    const Deploy* live = model::live_of(deploys);
    const bool going_back = is_running(newest.status) && contains(gone_back, newest.id);
    if (going_back || (live != nullptr && contains(gone_back, live->id))) return;
    const bool runs_as_before = live != nullptr && live->id == service.live_deploy;
    if (is_running(newest.status) && !is_ours(index, newest)) return moved_on(index, newest);
    if (live != nullptr && !runs_as_before && !is_ours(index, *live)) return moved_on(index, *live);
    if (runs_as_before && !is_running(newest.status)) return;
    service.redeploy = plan::Reason::undone;
    service.because = fmt::format("runs what run {} deployed", back.undoes);
    if (service.type == model::ServiceType::cron_job) {
      service.rebuild_because = "whether a cron job can go back to an earlier deploy is not known";
    } else if (!service.live_deploy.empty()) {
      service.rollback_to = service.live_deploy;
    } else {
      service.rebuild_because = "nothing ran before";
    }
    if (!service.rollback_to.empty()) service.rebuild = false;
  }

  void add_service(std::size_t index) {
    PlannedService service = plan.services[index];
    service.redeploy = plan::Reason::none;
    service.because.clear();
    service.rebuild = true;
    service.rebuild_because.clear();
    service.wave = 0;
    service.waits_for.clear();
    service.expected_duration.reset();
    service.linked_now.clear();
    service.known_deploys.clear();
    for (const Deploy& deploy : actual.deploys_of(service.id)) service.known_deploys.push_back(deploy.id);
    // A list may not show yet what the run deployed.
    const DeployId& own = done.services[index].deploy;
    if (!own.empty() && !contains(service.known_deploys, own)) service.known_deploys.push_back(own);
    undo_deploy(index, service);
    service.final_groups.clear();
    for (const model::Group& group : actual.groups) {
      const auto change = std::find_if(
          back.links.begin(), back.links.end(),
          [&](const plan::LinkChange& one) { return one.service == index && one.group == group.id; });
      const bool linked =
          change == back.links.end() ? group.links_to(service.id) : change->action == LinkAction::add;
      if (linked) service.final_groups.push_back(group.id);
    }
    back.services.push_back(std::move(service));
  }

  /// What came after goes back first. Services whose links alone go back stand in the waves as well.
  void put_in_order() {
    std::vector<bool> taking_part;
    for (const PlannedService& service : back.services) taking_part.push_back(service.redeploys());
    for (const plan::LinkChange& change : back.links) taking_part[change.service] = true;
    std::vector<std::vector<std::size_t>> after(plan.services.size());
    for (std::size_t service = 0; service < plan.services.size(); ++service) {
      for (const std::size_t before : plan.services[service].waits_for) after[before].push_back(service);
    }
    const auto waits_for = plan::effective_dependencies(after, taking_part);
    for (std::size_t i = 0; i < back.services.size(); ++i) back.services[i].waits_for = waits_for[i];
    back.waves = plan::waves_of(waits_for, taking_part);
    for (std::size_t wave = 0; wave < back.waves.size(); ++wave) {
      for (const std::size_t index : back.waves[wave]) back.services[index].wave = static_cast<int>(wave) + 1;
    }
    std::reverse(back.links.begin(), back.links.end());
  }
};

}  // namespace

model::Desired desired_by(const plan::Plan& plan) {
  model::Desired desired;
  desired.file = plan.file;
  desired.workspace = SourceString{plan.owner.id.text(), {}};
  desired.rollout = plan.rollout;
  desired.api = plan.api;
  std::set<GroupId> named;
  const auto name_group = [&](const GroupId& id) {
    if (!named.insert(id).second) return;
    model::DesiredGroup group;
    group.name.text = id.text();
    desired.groups.push_back(std::move(group));
  };
  for (const plan::PlannedGroup& group : plan.groups) name_group(group.id);
  for (const PlannedService& service : plan.services) {
    model::DesiredService wanted;
    wanted.name.text = service.id.text();
    for (const GroupId& group : service.final_groups) {
      wanted.link.push_back({group.text(), {}});
      name_group(group);
    }
    desired.services.push_back(std::move(wanted));
  }
  return desired;
}

bool calls_for_rollback(const plan::Plan& plan, const Progress& done) {
  return plan.rollout.on_failure == model::OnFailure::rollback && plan.undoes == 0 && done.ended_at &&
         done.failed() && !done.unfinished() && !done.quota_exhausted;
}

bool misses_links(const plan::Plan& plan, const Progress& done, const plan::Plan& back,
                  const model::Reading& reading) {
  for (std::size_t i = 0; i < plan.links.size(); ++i) {
    const LinkProgress& link = done.links[i];
    const bool accepted = link.answer >= 200 && link.answer < 300;
    if (link.phase != LinkPhase::proved && !accepted && link.unheard == 0) continue;
    // Render's dates are cut to whole seconds.
    const bool shown_by_all =
        accepted && link.dated && reading.after(link.answered_at + std::chrono::seconds(1) + link_lag);
    if (shown_by_all && link.unheard == 0) continue;
    const plan::LinkChange& change = plan.links[i];
    const bool undone = std::ranges::any_of(back.links, [&](const plan::LinkChange& one) {
      return one.group == change.group && back.services[one.service].id == plan.services[change.service].id;
    });
    if (!undone) return true;
  }
  return false;
}

Duration may_still_come(const plan::Plan& plan, const Progress& done, const plan::Plan& back,
                        const model::Reading& reading) {
  for (std::size_t i = 0; i < back.services.size(); ++i) {
    const ServiceProgress& service = done.services[i];
    const bool answered = !service.deploy.empty() || service.outcome == ServiceOutcome::failed;
    if (service.attempts > 0 && !answered && !back.services[i].redeploys()) return latest_arrival + list_lag;
  }
  const bool link = std::ranges::any_of(done.links, [](const LinkProgress& one) { return one.unheard > 0; });
  return (link ? latest_arrival : Duration{0}) +
         (misses_links(plan, done, back, reading) ? link_lag : Duration{0});
}

plan::Plan rollback_plan(const plan::Plan& plan, const Progress& done, std::int64_t run,
                         const model::Workspace& actual, const std::vector<DeployId>& gone_back) {
  RollbackPlanner planner{plan, done, actual, gone_back, {}};
  plan::Plan& back = planner.back;
  back.owner = plan.owner;
  back.file = plan.file;
  back.undoes = run;
  back.unmanaged_policy = model::Unmanaged::keep;
  back.rollout = plan.rollout;
  back.rollout.order = model::Order::dependencies;
  back.rollout.gate = model::Gate::live;
  back.rollout.on_failure = model::OnFailure::continue_;  // as much as can be goes back
  back.api = plan.api;
  back.api.link_method = model::LinkMethod::env_group;  // the documented call
  for (std::size_t link = 0; link < plan.links.size(); ++link)
    planner.undo_link(plan.links[link], done.links[link]);
  for (std::size_t service = 0; service < plan.services.size(); ++service) planner.add_service(service);
  planner.put_in_order();
  if (std::any_of(back.services.begin(), back.services.end(),
                  [](const PlannedService& service) { return !service.rollback_to.empty(); })) {
    back.findings.push_back(plan::make_finding(
        "rollback-keeps", "rollback",
        "Render goes back to an earlier build; values that were changed in groups stay as they "
        "are, and automatic deploys stay on: the next push deploys the branch again",
        ""));
  }
  return std::move(planner.back);
}

}  // namespace envlink::engine
