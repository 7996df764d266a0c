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
  const BeforeRollback& earlier;
  plan::Plan back;

  void refuse(std::size_t service, std::string_view id, std::string what, std::string cure) {
    back.findings.push_back(plan::make_finding(
        id, fmt::format("service {}", clean(plan.services[service].name)), std::move(what), std::move(cure)));
  }

  /// The run requested this deploy, as far as the journal and the list of deploys show.
  bool is_ours(std::size_t service, const Deploy& deploy) const {
    if (contains(earlier.later_undone, deploy.id)) return true;
    const ServiceProgress& one = done.services[service];
    const auto& known = plan.services[service].known_deploys;
    if (deploy.trigger == "service_updated" && changed(service) && !contains(known, deploy.id)) return true;
    // A colleague's push that took over from the run's deploy has more than the run's change.
    if (deploy.id == one.deploy) return deploy.trigger == "api";
    return one.deploy.empty() && one.attempts > 0 && deploy.trigger == "api" &&
           !contains(one.before.deploys, deploy.id);
  }

  /// The run changed a link of the service or a value of its groups: Render may redeploy by itself then.
  bool changed(std::size_t service) const {
    for (std::size_t link = 0; link < plan.links.size(); ++link) {
      if (plan.links[link].service == service && done.links[link].attempts > 0) return true;
    }
    for (std::size_t value = 0; value < plan.values.size(); ++value) {
      if (done.values[value].attempts > 0 && had(service, plan.values[value].group)) return true;
    }
    return false;
  }

  /// Whether the service had the group at any time of the run.
  bool had(std::size_t service, const GroupId& group) const {
    const auto& groups = plan.services[service].final_groups;
    return std::ranges::find(groups, group) != groups.end() ||
           std::ranges::any_of(plan.links, [&](const plan::LinkChange& change) {
             return change.service == service && change.group == group;
           });
  }

  /// The rollback changes a link or a value of the service.
  bool writes_to(std::size_t service) const {
    return std::ranges::any_of(back.links,
                               [&](const plan::LinkChange& one) { return one.service == service; }) ||
           std::ranges::any_of(back.values,
                               [&](const plan::ValueChange& one) { return had(service, one.group); });
  }

  void refuse_value(const plan::ValueChange& change, std::string_view id, std::string what,
                    std::string cure) {
    back.findings.push_back(plan::make_finding(id, fmt::format("group {}", clean(change.group_name)),
                                               std::move(what), std::move(cure)));
  }

  void undo_value(std::size_t index) {
    if (done.values[index].attempts == 0 || done.values[index].with_group) return;
    const plan::ValueChange& change = plan.values[index];
    const std::string name = clean(change.key);
    const model::Group* group = actual.find_group(change.group);
    if (group == nullptr || !group->variables) {
      return refuse_value(change, "group-gone",
                          fmt::format("it cannot be read, so {} cannot be restored", name),
                          "check whether it was deleted, or keep the run's changes");
    }
    const auto shown = group->digest_of(change.key);
    const std::string now = shown ? shown->hex() : "";
    const bool hidden = group->holds(change.key) && !shown;
    const bool comparable = plan.digest_key == actual.digest_key || (now.empty() && change.before.empty());
    if (!hidden && now == change.before && comparable) return;
    const std::string by_hand =
        fmt::format("set it yourself: envlink groups set {} {}", clean(change.group.text()), name);
    if (hidden || !comparable) {
      return refuse_value(change, "value-moved-on",
                          fmt::format("it is unknown whether {} still has the run's value: {}", name,
                                      hidden ? "Render hides it from the owner of this key"
                                             : "the digest key has changed since"),
                          by_hand);
    }
    if (now != change.after) {
      return refuse_value(
          change, "value-moved-on",
          fmt::format("{} no longer has the run's value: restoring it would undo somebody else's change",
                      name),
          by_hand);
    }
    const bool kept = std::ranges::find(earlier.kept_values, index) != earlier.kept_values.end();
    if (!change.before.empty() && !kept)
      return refuse_value(
          change, "undo-gone",
          fmt::format("the earlier value of {} was not kept (--no-undo), or is no longer kept", name),
          by_hand);
    if (std::ranges::find(back.groups, change.group, &plan::PlannedGroup::id) == back.groups.end()) {
      back.groups.push_back({.id = group->id,
                             .name = group->label(),
                             .variables = group->variables->size(),
                             .asked = std::nullopt,
                             .secret_files = group->secret_files.size()});
    }
    back.values.push_back(
        {.action = change.before.empty() ? plan::ValueAction::unset : plan::ValueAction::set,
         .group = change.group,
         .group_name = change.group_name,
         .key = change.key,
         .exists = !now.empty(),
         .before = now,
         .after = change.before});
  }

  void tell_of_group() {
    const std::string name = clean(plan.new_group->name);
    const std::string subject = "group " + name;
    const auto called = [&](const model::Group& group) { return group.name == plan.new_group->name; };
    if (done.made.empty() && done.group->unheard > 0 && std::ranges::any_of(actual.groups, called)) {
      back.findings.push_back(plan::make_finding(
          "group-unsettled", subject, "it exists, and it is unknown whether the run created it",
          "check it in the Dashboard and delete it if nobody needs it, then: envlink rollback"));
    } else if (!done.made.empty() && actual.find_group(done.made) != nullptr) {
      back.findings.push_back(plan::make_finding("group-stays", subject, "the run created it, and it stays",
                                                 "delete it in the Dashboard if nobody needs it"));
    }
  }

  void undo_link(const plan::LinkChange& change, const WriteProgress& progress) {
    if (progress.attempts == 0) return;
    const bool added = change.action == LinkAction::add;
    const PlannedService& service = plan.services[change.service];
    const model::Group* group = actual.find_group(change.group);
    if (group == nullptr) {
      if (added) return;  // the links were deleted with the group
      return refuse(
          change.service, "group-gone",
          fmt::format("{} no longer exists, so it cannot be linked again", clean(change.group_name)),
          "create the group again on Render, or keep the run's changes");
    }
    if (group->links_to(service.id) != added) return;
    back.links.push_back(
        {added ? LinkAction::remove : LinkAction::add, change.group, change.group_name, change.service});
  }

  void moved_on(std::size_t service, const Deploy& by) {
    refuse(service, "moved-on",
           fmt::format("{} ({}) is newer than the run's deploy: a rollback would undo that too",
                       clean(by.id.text()), clean(by.trigger)),
           "deploy the version you want, and change links with the file and `envlink apply`");
  }

  /// Render's answer named the deploy, but the list does not show it, perhaps because a replica lags.
  bool not_listed_yet(std::size_t service, const std::vector<Deploy>& deploys) const {
    const ServiceProgress& progress = done.services[service];
    return !progress.deploy.empty() && progress.outcome != ServiceOutcome::failed &&
           progress.outcome != ServiceOutcome::canceled &&
           std::ranges::find(deploys, progress.deploy, &Deploy::id) == deploys.end();
  }

  void undo_deploy(std::size_t index, PlannedService& service) {
    const ServiceProgress& progress = done.services[index];
    const bool asked = progress.attempts > 0 || !progress.deploy.empty();
    // A deploy that somebody else requested since has the run's links and values too.
    const bool may_run_with_it = plan.services[index].redeploys() && changed(index);
    if (!asked && !may_run_with_it) return;
    const std::vector<Deploy>& deploys = actual.deploys_of(service.id);
    const bool unlisted = not_listed_yet(index, deploys);
    if (deploys.empty() && !unlisted) return;
    const Deploy* running =
        !deploys.empty() && is_running(deploys.front().status) ? &deploys.front() : nullptr;
    const Deploy* live = model::live_of(deploys);
    const bool going_back = running != nullptr && contains(earlier.gone_back, running->id);
    if (going_back || (live != nullptr && contains(earlier.gone_back, live->id))) return;
    const bool runs_as_before = live != nullptr && live->id == service.live_deploy;
    if (running != nullptr && !is_ours(index, *running)) return moved_on(index, *running);
    if (live != nullptr && !runs_as_before && !is_ours(index, *live)) return moved_on(index, *live);
    if (runs_as_before && running == nullptr && !unlisted) return;
    service.redeploy = plan::Reason::undone;
    service.because = fmt::format("runs what run {} deployed", back.undoes);
    if (service.type == model::ServiceType::cron_job) {
      service.rebuild_because = "it is unknown whether a cron job can return to an earlier deploy";
    } else if (!service.live_deploy.empty()) {
      service.rollback_to = service.live_deploy;
    } else {
      service.rebuild_because = "nothing was running before";
    }
    if (!service.rollback_to.empty()) service.rebuild = false;
  }

  void add_service(std::size_t index) {
    PlannedService service = plan.services[index];
    service.live_deploy = ran_before(plan, done, index);
    service.deploys_unread = false;
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
    // The list may not show the run's deploy yet.
    const DeployId& own = done.services[index].deploy;
    if (!own.empty() && !contains(service.known_deploys, own)) service.known_deploys.push_back(own);
    const HoldProgress& hold = done.services[index].hold;
    service.auto_deploy_was = hold.to_restore() ? hold.was : "";
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
    service.hold = plan.rollout.hold && writes_to(index);
    back.services.push_back(std::move(service));
  }

  /// Later services go back first. Services of which only links go back are in the waves too.
  void put_in_order() {
    std::vector<bool> taking_part;
    for (const PlannedService& service : back.services) taking_part.push_back(service.redeploys());
    for (const plan::LinkChange& change : back.links) taking_part[change.service] = true;
    std::vector<std::vector<std::size_t>> after(plan.services.size());
    for (std::size_t service = 0; service < plan.services.size(); ++service) {
      for (const std::size_t before : plan.services[service].waits_for) after[before].push_back(service);
    }
    plan::put_in_waves(back, after, taking_part);
    std::reverse(back.links.begin(), back.links.end());
  }
};

/// The write may have taken effect, and the reading may come from a replica that lags.
bool may_show_later(const WriteProgress& write, const model::Reading& reading) {
  // Render may answer with a server error after the write took effect.
  const bool may_be_made = (write.answer >= 200 && write.answer < 300) || write.answer >= 500;
  const bool proved = write.phase == WritePhase::proved && write.attempts > 0;
  if (!proved && !may_be_made && write.unheard == 0) return false;
  // The Date header has whole seconds.
  const bool shown_by_all =
      may_be_made && write.dated && reading.after(write.answered_at + std::chrono::seconds(1) + link_lag);
  return !shown_by_all || write.unheard > 0;
}

}  // namespace

std::optional<GroupId> group_of_lost_answer(const plan::Plan& plan, const Progress& done,
                                            const model::Workspace& actual) {
  if (!plan.new_group || !done.made.empty() || done.group->unheard == 0) return std::nullopt;
  std::set<ServiceId> asked;
  for (const plan::LinkChange& link : plan.links) {
    if (link.group == plan.new_group->id) asked.insert(plan.services[link.service].id);
  }
  std::vector<const model::Group*> called;
  for (const model::Group& group : actual.groups) {
    if (group.name == plan.new_group->name) called.push_back(&group);
  }
  if (called.size() != 1 || asked.empty()) return std::nullopt;
  const std::vector<ServiceId>& links = called.front()->links;
  if (std::set<ServiceId>(links.begin(), links.end()) != asked) return std::nullopt;
  return called.front()->id;
}

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
  const auto name_made = [&](const GroupId& id) {
    if (id != plan::not_made) name_group(id);
  };
  for (const plan::PlannedGroup& group : plan.groups) name_made(group.id);
  for (const plan::ValueChange& value : plan.values) name_made(value.group);
  for (const PlannedService& service : plan.services) {
    model::DesiredService wanted;
    wanted.name.text = service.id.text();
    for (const GroupId& group : service.final_groups) {
      if (group == plan::not_made) continue;
      wanted.link.push_back({group.text(), {}});
      name_group(group);
    }
    desired.services.push_back(std::move(wanted));
  }
  return desired;
}

bool calls_for_rollback(const plan::Plan& plan, const Progress& done) {
  return plan.rollout.on_failure == model::OnFailure::rollback && plan.undoes == 0 && done.ended_at &&
         done.failed() && !done.work_left() && !done.quota_exhausted;
}

std::size_t undone_value(const plan::Plan& plan, const plan::ValueChange& back) {
  const auto place = std::ranges::find_if(plan.values, [&](const plan::ValueChange& one) {
    return one.group == back.group && one.key == back.key;
  });
  return static_cast<std::size_t>(place - plan.values.begin());
}

bool misses_writes(const plan::Plan& plan, const Progress& done, const plan::Plan& back,
                   const model::Reading& reading) {
  for (std::size_t i = 0; i < plan.links.size(); ++i) {
    const plan::LinkChange& change = plan.links[i];
    const bool undone = std::ranges::any_of(back.links, [&](const plan::LinkChange& one) {
      return one.group == change.group && back.services[one.service].id == plan.services[change.service].id;
    });
    if (!undone && may_show_later(done.links[i], reading)) return true;
  }
  for (std::size_t i = 0; i < plan.values.size(); ++i) {
    const bool undone = std::ranges::any_of(
        back.values, [&](const plan::ValueChange& one) { return undone_value(plan, one) == i; });
    if (!undone && !done.values[i].with_group && may_show_later(done.values[i], reading)) return true;
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
  const auto unheard = [](const WriteProgress& one) { return one.unheard > 0; };
  if (done.group && done.made.empty() && unheard(*done.group)) return latest_arrival + list_lag;
  const bool held = std::ranges::any_of(done.services, [](const auto& one) { return one.hold.unheard > 0; });
  const bool write =
      held || std::ranges::any_of(done.links, unheard) || std::ranges::any_of(done.values, unheard);
  return (write ? latest_arrival : Duration{0}) +
         (misses_writes(plan, done, back, reading) ? link_lag : Duration{0});
}

plan::Plan rollback_plan(const plan::Plan& plan, const Progress& done, std::int64_t run,
                         const model::Workspace& actual, const BeforeRollback& earlier) {
  if (const auto id = group_of_lost_answer(plan, done, actual)) {
    plan::Plan found = plan;
    Progress with_group = done;
    with_group.apply({Time{}, GroupMade{{*id, plan.new_group->name}, "", {}}});
    found.name_new_group(*id);
    return rollback_plan(found, with_group, run, actual, earlier);
  }
  RollbackPlanner planner{plan, done, actual, earlier, {}};
  plan::Plan& back = planner.back;
  back.owner = plan.owner;
  back.file = plan.file;
  back.undoes = run;
  back.unmanaged_policy = model::Unmanaged::keep;
  back.rollout = plan.rollout;
  back.rollout.order = model::Order::dependencies;
  back.rollout.gate = model::Gate::live;
  back.rollout.on_failure = model::OnFailure::continue_;  // as much as possible goes back
  back.api = plan.api;
  back.api.link_method = model::LinkMethod::env_group;  // the documented call
  back.digest_key = actual.digest_key;
  for (std::size_t value = 0; value < plan.values.size(); ++value) planner.undo_value(value);
  for (std::size_t link = 0; link < plan.links.size(); ++link)
    planner.undo_link(plan.links[link], done.links[link]);
  for (std::size_t service = 0; service < plan.services.size(); ++service) planner.add_service(service);
  planner.put_in_order();
  if (done.group) planner.tell_of_group();
  if (std::any_of(back.services.begin(), back.services.end(),
                  [](const PlannedService& service) { return !service.rollback_to.empty(); })) {
    back.findings.push_back(plan::make_finding(
        "rollback-keeps", "rollback",
        "Render returns to an earlier build; values that the run did not change stay, and auto-deploy stays "
        "on: the next push deploys the branch again",
        ""));
  }
  return std::move(planner.back);
}

}  // namespace envlink::engine
