#include "plan/make_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ranges>
#include <set>
#include <span>
#include <unordered_map>

#include "base/text.h"
#include "model/canonical_order.h"
#include "plan/build_choice.h"
#include "plan/checks/checks.h"
#include "plan/context.h"
#include "plan/plan_options.h"
#include "plan/status.h"
#include "plan/values.h"
#include "plan/waves.h"

namespace envlink::plan {
namespace {

bool runs_older_values(const model::Group& group, const ServiceId& service, const Context& context) {
  const model::Deploy* live = model::live_of(context.actual.deploys_of(service));
  if (live == nullptr) return false;
  const Carries carries = context.history.carries(service, *live, group);
  if (!carries.changed.empty()) return true;
  const bool compared = carries.same() && carries.hidden.empty();
  return !compared && is_newer(group, *live);
}

std::set<const model::Group*> changed_groups(const Context& context, const Plan& plan) {
  std::set<const model::Group*> changed;
  for (const ValueChange& value : plan.values) changed.insert(context.actual.find_group(value.group));
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    const PlannedService& service = plan.services[i];
    if (!service.redeploys()) continue;
    const std::set<std::string> linked(service.linked_now.begin(), service.linked_now.end());
    for (const model::Group* group : context.asked_groups(i)) {
      if (!linked.contains(group->label())) continue;
      if (service.redeploy == Reason::requested || runs_older_values(*group, service.id, context)) {
        changed.insert(group);
      }
    }
  }
  return changed;
}

/// Services outside the file are affected if the plan changes values of their group, if a service of the
/// plan runs values older than the group's last change, or if --redeploy names a service with the group
/// (values were probably changed). Adding or removing a link affects only its own service.
std::vector<StaleConsumer> stale_consumers(const Context& context, const Plan& plan) {
  const auto changed = changed_groups(context, plan);
  if (changed.empty()) return {};
  std::set<ServiceId> planned;
  for (const PlannedService& service : plan.services) planned.insert(service.id);
  std::unordered_map<ServiceId, const model::Service*> known;
  for (const model::Service& service : context.actual.services) known.emplace(service.id, &service);
  std::vector<StaleConsumer> left;
  for (const model::Group* group : context.match.groups) {
    if (!changed.contains(group)) continue;
    for (const ServiceId& id : group->links) {
      if (planned.contains(id)) continue;
      const auto service = known.find(id);
      left.push_back({group->label(), service == known.end() ? id.text() : service->second->label()});
    }
  }
  return left;
}

/// The changes of one service; `changes` is sorted by service.
std::span<const LinkChange> changes_of(const std::vector<LinkChange>& changes, std::size_t service) {
  const auto own = std::ranges::equal_range(changes, service, {}, &LinkChange::service);
  return {own.begin(), own.end()};
}

std::string changes_clause(std::span<const LinkChange> changes) {
  std::vector<std::string> gained;
  std::vector<std::string> lost;
  for (const LinkChange& change : changes) {
    (change.action == LinkAction::add ? gained : lost).push_back(clean(change.group_name));
  }
  std::vector<std::string> parts;
  if (!gained.empty()) parts.push_back("gets " + join_and(gained));
  if (!lost.empty()) parts.push_back("loses " + join_and(lost));
  return join_and(parts);
}

void decide_redeploy(const Context& in, std::span<const LinkChange> changes,
                     const std::vector<ValueChange>& values, const RedeploySelection& redeploy,
                     std::size_t index, PlannedService& planned) {
  const model::Service& service = *in.match.services[index];
  planned.because = changes_clause(changes);
  const std::string changed = values_clause(in, values, index);
  const bool relinked = !planned.because.empty();
  if (!changed.empty()) planned.because += (relinked ? "; " : "") + changed;
  if (in.rests(index)) {
    if (planned.because.empty()) {
      const Assessment assessment = assess_service(in, index);
      if (assessment.freshness != Freshness::live) planned.unproven = assessment.because;
    } else {
      planned.because += "; it is suspended: its next deploy picks it up";
    }
  } else if (!planned.because.empty()) {
    planned.redeploy = relinked ? Reason::links_change : Reason::values_change;
  } else if (redeploy.names(in.desired.services[index], service)) {
    planned.redeploy = Reason::requested;
    planned.because = "requested with --redeploy";
  } else {
    const Assessment assessment = assess_service(in, index);
    if (!redeploys_for_freshness(in, index, assessment)) {
      if (assessment.freshness != Freshness::live) planned.unproven = assessment.because;
      return;
    }
    planned.redeploy = assessment.freshness == Freshness::stale ? Reason::stale : Reason::unknown;
    planned.because = assessment.because;
  }
}

std::vector<GroupId> final_groups(const Context& in, std::span<const LinkChange> changes, std::size_t index) {
  std::vector<GroupId> groups;
  for (const model::Group* group : in.links.of(in.match.services[index]->id)) groups.push_back(group->id);
  for (const LinkChange& change : changes) {
    if (change.action == LinkAction::add) {
      groups.push_back(change.group);
    } else {
      std::erase(groups, change.group);
    }
  }
  return groups;
}

PlannedService plan_service(const Context& in, std::span<const LinkChange> changes,
                            const std::vector<ValueChange>& values, const RedeploySelection& redeploy,
                            std::size_t index) {
  const model::Service& service = *in.match.services[index];
  PlannedService planned;
  planned.id = service.id;
  planned.name = service.label();
  planned.type = service.type;
  planned.final_groups = final_groups(in, changes, index);
  planned.health_url = model::health_url(service);
  planned.dashboard_url = service.dashboard_url;
  planned.has_disk = service.has_disk;
  planned.auto_deploy = service.auto_deploy.value_or(false);
  planned.image_backed = service.image_backed;
  for (const model::Group* group : in.asked_groups(index)) {
    if (in.links.has(*group, service.id)) planned.linked_now.push_back(group->label());
  }
  decide_redeploy(in, changes, values, redeploy, index, planned);
  // Services with automatic deploys off are held as well: they may be switched on before the run begins.
  planned.hold = in.desired.rollout.hold && (!changes.empty() || consumes(in, values, index));
  const std::vector<model::Deploy>& deploys = in.actual.deploys_of(service.id);
  for (const model::Deploy& deploy : deploys) planned.known_deploys.push_back(deploy.id);
  if (const model::Deploy* live = model::live_of(deploys)) planned.live_deploy = live->id;
  planned.deploys_unread = in.actual.deploys_left.contains(service.id);
  const BuildChoice build = choose_build(in, index, planned.deploys_unread || !planned.live_deploy.empty());
  planned.rebuild = build.rebuild;
  planned.rebuild_because = build.because;
  planned.expected_duration = expected_duration(deploys, build.rebuild);
  planned.median_duration = expected_duration(deploys, true);
  return planned;
}

std::vector<PlannedGroup> planned_groups(const Context& in) {
  std::vector<PlannedGroup> groups;
  for (std::size_t i = 0; i < in.desired.groups.size(); ++i) {
    const model::Group* group = in.match.groups[i];
    if (group == nullptr) continue;
    PlannedGroup planned{group->id, group->label(), std::nullopt, in.desired.groups[i].variables, 0};
    if (group->variables) planned.variables = group->variables->size();
    planned.secret_files = group->secret_files.size();
    groups.push_back(std::move(planned));
  }
  return groups;
}

/// All names were found, so the plan can be complete.
void fill(const Context& in, const std::vector<std::vector<std::size_t>>& after, const PlanOptions& options,
          Plan& plan) {
  Differences found = differences(in);
  plan.unmanaged = std::move(found.unmanaged);
  const RedeploySelection redeploy(options, in.desired);
  std::vector<bool> taking_part;
  for (std::size_t i = 0; i < in.desired.services.size(); ++i) {
    plan.services.push_back(plan_service(in, changes_of(found.changes, i), plan.values, redeploy, i));
    taking_part.push_back(plan.services.back().redeploys());
  }
  for (std::size_t i = 0; i < plan.services.size(); ++i) plan.services[i].after = after[i];
  put_in_waves(plan, after, taking_part);
  std::stable_sort(found.changes.begin(), found.changes.end(),
                   [&plan](const LinkChange& a, const LinkChange& b) {
                     return plan.services[a.service].wave < plan.services[b.service].wave;
                   });
  plan.links = std::move(found.changes);
  plan.stale_consumers = stale_consumers(in, plan);
}

/// A written value must be readable afterwards.
std::vector<Finding> unprovable_values(const Plan& plan, const std::vector<GroupValues>& asked,
                                       const model::Workspace& actual) {
  std::vector<Finding> findings;
  FindingLimiter limited(findings);
  for (const GroupValues& wanted : asked) {
    const model::Group* group = actual.find_group(wanted.group);
    if (group == nullptr || group->variables) continue;
    limited.add(make_finding("value-hidden", subject_of(*group),
                             "Render's answer does not contain its variables: nothing could be read back",
                             "check the group in the Dashboard, and try again"));
  }
  for (const ValueChange& change : plan.values) {
    const std::string key = clean(change.key);
    const bool hidden = change.exists && change.before.empty();
    if (!hidden && (change.action == ValueAction::unset || !change.after.empty())) continue;
    limited.add(make_finding(
        "value-hidden", fmt::format("group {}", clean(change.group_name)),
        hidden ? fmt::format("Render hides {} from the owner of this key, so a change could not be read back",
                             key)
               : fmt::format("the new value of {} is blank or looks like the mask of a hidden "
                             "value, so it could not be read back",
                             key),
        hidden ? "use the key of a member who may see it" : "check the source of the value", {}, change.key));
  }
  return findings;
}

/// `actual`: with the wanted values.
Plan plan_of(const model::Desired& desired, const model::Workspace& actual, const PlanOptions& options,
             const std::vector<GroupValues>& asked = {}, ComparedValues values = {}) {
  const Context in(desired, actual, options.history);
  Plan plan;
  plan.owner = actual.owner;
  plan.file = desired.file;
  plan.journal_unreadable = options.history.unreadable;
  plan.unmanaged_policy = desired.unmanaged;
  plan.rollout = desired.rollout;
  plan.api = desired.api;
  plan.groups = planned_groups(in);
  for (PlannedGroup& group : plan.groups) {
    group.unchanged = std::move(values.unchanged[group.id]);
    const bool changes =
        std::ranges::find(values.changes, group.id, &ValueChange::group) != values.changes.end();
    if (changes) group.values_from = options.values_from;
  }
  plan.values = std::move(values.changes);
  if (!plan.values.empty()) plan.digest_key = actual.digest_key;
  plan.keeps_undo = !plan.values.empty() && options.keeps_undo;
  // If a service was not found, the plan is incomplete, but problems with the others are still reported.
  PreflightInput checked{in, std::vector<bool>(desired.services.size(), true), order_of(desired),
                         options.redeploy};
  const bool all_found = std::all_of(in.match.services.begin(), in.match.services.end(),
                                     [](const model::Service* service) { return service != nullptr; });
  if (all_found) {
    fill(in, checked.after, options, plan);
    for (std::size_t i = 0; i < plan.services.size(); ++i)
      checked.redeployed[i] = plan.services[i].redeploys();
  }
  plan.findings = preflight(checked);
  plan.ignored = apply_policy(in, plan.findings);
  std::ranges::move(unprovable_values(plan, asked, actual), std::back_inserter(plan.findings));
  put_in_order(plan.findings);
  return plan;
}

std::vector<GroupId> groups_after(const model::Workspace& actual, const model::Service& service,
                                  const model::Group& changed, bool linked) {
  std::vector<GroupId> groups;
  for (const model::Group& group : actual.groups) {
    if (&group == &changed ? linked : group.links_to(service.id)) groups.push_back(group.id);
  }
  return groups;
}

}  // namespace

Plan make_plan(const model::Desired& desired, const model::Workspace& actual, const PlanOptions& options) {
  if (!model::in_canonical_order(actual)) {
    model::Workspace ordered = actual;
    model::put_in_canonical_order(ordered);
    return make_plan(desired, ordered, options);
  }
  if (options.values.empty()) return plan_of(desired, actual, options);
  const auto asked = resolve_values(options.values, match(desired, actual), actual);
  return plan_of(desired, with_values(actual, asked), options, asked, compare_values(asked, actual));
}

Plan link_plan(const model::Desired& named, const model::Workspace& actual, LinkAction action) {
  const Context context(named, actual);
  Plan plan;
  plan.owner = actual.owner;
  plan.file = named.file;
  plan.unmanaged_policy = model::Unmanaged::keep;
  plan.api = named.api;
  plan.findings = context.match.findings;
  if (plan.refused() || context.match.groups.empty()) return plan;
  const model::Group& group = *context.match.groups.front();
  const bool add = action == LinkAction::add;
  if (add) check_group_scopes({context}, plan.findings);
  for (const model::Service* service : context.match.services) {
    PlannedService planned;
    planned.id = service->id;
    planned.name = service->label();
    planned.type = service->type;
    planned.final_groups = groups_after(actual, *service, group, add);
    if (group.links_to(service->id) == add) {
      if (add) planned.linked_now = {group.label()};
    } else {
      plan.links.push_back({action, group.id, group.label(), plan.services.size()});
    }
    plan.services.push_back(std::move(planned));
  }
  if (plan.links.empty()) return plan;
  plan.findings.push_back(make_finding("not-deployed", subject_of(group),
                                       "nothing is deployed: each service picks this up with its next deploy",
                                       "to deploy them in order: envlink apply, if the file names them"));
  return plan;
}

}  // namespace envlink::plan
