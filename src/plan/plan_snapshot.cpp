#include "plan/plan_snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "base/text.h"

namespace envlink::plan {
namespace {

std::set<GroupId> named_groups(const Plan& plan) {
  std::set<GroupId> groups;
  for (const PlannedGroup& group : plan.groups) groups.insert(group.id);
  for (const LinkChange& link : plan.links) groups.insert(link.group);
  for (const PlannedService& service : plan.services) {
    groups.insert(service.final_groups.begin(), service.final_groups.end());
  }
  return groups;
}

ServiceSnapshot of_service(const model::Service& service, const model::Workspace& actual) {
  ServiceSnapshot basis{service.id, service.name, service.type, service.suspended, {}, {}};
  const std::vector<model::Deploy>& deploys = actual.deploys_of(service.id);
  if (!deploys.empty()) basis.newest_deploy = deploys.front().id;
  if (const model::Deploy* live = model::live_of(deploys)) basis.live_deploy = live->id;
  return basis;
}

template <class T>
std::vector<T> without(const std::vector<T>& all, const std::vector<T>& those) {
  std::vector<T> left;
  std::set_difference(all.begin(), all.end(), those.begin(), those.end(), std::back_inserter(left));
  return left;
}

std::string quoted(const std::vector<std::string>& keys) {
  std::vector<std::string> cleaned;
  for (const std::string& key : keys) cleaned.push_back(clean(key));
  return join_and(cleaned);
}

class Comparison {
 public:
  Comparison(const PlanSnapshot& then, const PlanSnapshot& now, const model::Workspace& actual)
      : then_(then), now_(now), actual_(actual) {}

  std::vector<std::string> differences() {
    for (const ServiceSnapshot& service : then_.services)
      names_.emplace(service.id, called(actual_.find_service(service.id), service.name));
    services();
    groups();
    return std::move(said_);
  }

 private:
  /// The name in the plan, with the id if another one in the workspace has this name now.
  static std::string called(const auto* now, const std::string& then) {
    return clean(now != nullptr && now->name == then ? now->label() : then);
  }

  template <class... Args>
  void say(fmt::format_string<Args...> format, Args&&... args) {
    said_.push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  void services() {
    std::map<ServiceId, const ServiceSnapshot*> present;
    for (const ServiceSnapshot& service : now_.services) present.emplace(service.id, &service);
    for (const ServiceSnapshot& before : then_.services) {
      const auto found = present.find(before.id);
      if (found == present.end()) {
        say("service {} ({}) no longer exists", clean(before.name), clean(before.id.text()));
      } else {
        service(before, *found->second);
      }
    }
  }

  void service(const ServiceSnapshot& before, const ServiceSnapshot& after) {
    const std::string name = called(actual_.find_service(before.id), before.name);
    if (after.name != before.name) say("service {} is called {} now", name, clean(after.name));
    if (after.type != before.type) {
      say("service {} is a {} now, and was a {}", name, model::to_string(after.type),
          model::to_string(before.type));
    }
    if (after.suspended && !before.suspended) say("service {} was suspended", name);
    if (!after.suspended && before.suspended) say("service {} was resumed", name);
    if (after.newest_deploy != before.newest_deploy) return newer_deploy(name, after);
    if (after.live_deploy == before.live_deploy) return;
    if (after.live_deploy.empty()) return say("service {} has no live deploy any more", name);
    say("service {} runs {} now, and ran {} when the plan was made", name, clean(after.live_deploy.text()),
        before.live_deploy.empty() ? std::string("nothing") : "ran " + clean(before.live_deploy.text()));
  }

  void newer_deploy(const std::string& name, const ServiceSnapshot& after) {
    const std::vector<model::Deploy>& deploys = actual_.deploys_of(after.id);
    if (deploys.empty()) return say("the deploys of service {} no longer exist", name);
    const model::Deploy& newest = deploys.front();
    say("service {} has a newer deploy {} ({}): {}", name, clean(newest.id.text()),
        newest.trigger.empty() ? "unknown trigger" : clean(newest.trigger), clean(newest.status_text));
  }

  void groups() {
    std::map<GroupId, const GroupSnapshot*> present;
    for (const GroupSnapshot& group : now_.groups) present.emplace(group.id, &group);
    for (const GroupSnapshot& before : then_.groups) {
      const auto found = present.find(before.id);
      if (found == present.end()) {
        say("group {} ({}) no longer exists", clean(before.name), clean(before.id.text()));
      } else {
        group(before, *found->second);
        present.erase(found);
      }
    }
    // These groups were not linked to a service of the plan before, so a new link is the reason.
    for (const auto& [id, group] : present) links(*group, {}, group->links);
  }

  void group(const GroupSnapshot& before, const GroupSnapshot& after) {
    const std::string name = called(actual_.find_group(before.id), before.name);
    if (after.name != before.name) say("group {} is called {} now", name, clean(after.name));
    links(after, before.links, after.links);
    if (before.keys && after.keys) {
      const auto added = without(*after.keys, *before.keys);
      const auto removed = without(*before.keys, *after.keys);
      if (!added.empty()) say("group {} has {} now", name, quoted(added));
      if (!removed.empty()) say("group {} no longer has {}", name, quoted(removed));
    }
    if (after.updated == before.updated) return;
    say("group {} was changed: its updatedAt is {}, and was {}", name, time(after.updated),
        time(before.updated));
  }

  static std::string time(const std::string& text) { return text.empty() ? "unknown" : clean(text); }

  void links(const GroupSnapshot& group, const std::vector<ServiceId>& before,
             const std::vector<ServiceId>& after) {
    const std::string name = called(actual_.find_group(group.id), group.name);
    for (const ServiceId& service : without(after, before)) {
      say("group {} was linked to {}; Render does not say by whom", name, name_of(service));
    }
    for (const ServiceId& service : without(before, after)) {
      say("group {} is not linked to {} any more; Render does not say by whom", name, name_of(service));
    }
  }

  std::string name_of(const ServiceId& service) const {
    const auto known = names_.find(service);
    return known == names_.end() ? clean(service.text()) : known->second;
  }

  const PlanSnapshot& then_;
  const PlanSnapshot& now_;
  const model::Workspace& actual_;
  std::map<ServiceId, std::string> names_;
  std::vector<std::string> said_;
};

}  // namespace

PlanSnapshot snapshot_of(const Plan& plan, const model::Workspace& actual) {
  PlanSnapshot basis;
  std::map<ServiceId, const model::Service*> services;
  for (const model::Service& service : actual.services) services.emplace(service.id, &service);
  std::set<ServiceId> planned;
  for (const PlannedService& service : plan.services) {
    planned.insert(service.id);
    if (const auto found = services.find(service.id); found != services.end()) {
      basis.services.push_back(of_service(*found->second, actual));
    }
  }
  const std::set<GroupId> named = named_groups(plan);
  for (const model::Group& group : actual.groups) {
    GroupSnapshot one{group.id, group.name, {}, {}, {}};
    if (group.variables) one.keys = model::keys_of(*group.variables);
    if (group.updated) one.updated = format_rfc3339(*group.updated);
    if (one.keys) std::sort(one.keys->begin(), one.keys->end());
    std::copy_if(group.links.begin(), group.links.end(), std::back_inserter(one.links),
                 [&](const ServiceId& service) { return planned.contains(service); });
    std::sort(one.links.begin(), one.links.end());
    if (named.contains(group.id) || !one.links.empty()) basis.groups.push_back(std::move(one));
  }
  std::ranges::sort(basis.groups, {}, &GroupSnapshot::id);
  return basis;
}

std::vector<std::string> snapshot_diff(const PlanSnapshot& then, const PlanSnapshot& now,
                                       const model::Workspace& actual) {
  return Comparison(then, now, actual).differences();
}

}  // namespace envlink::plan
