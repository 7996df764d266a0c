#include "plan/new_group.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "plan/checks/checks.h"
#include "plan/finding.h"
#include "plan/make_plan.h"

namespace envlink::plan {
namespace {

/// The workspace as if the group existed, without values.
model::Workspace with_group(model::Workspace actual, const NewGroup& group) {
  model::Group made;
  made.id = group.id;
  made.name = group.name;
  made.owner = actual.owner.id;
  if (!group.environment.empty()) made.environment = group.environment;
  made.variables.emplace();
  made.files_told = true;
  actual.groups.push_back(std::move(made));
  return actual;
}

/// The file of a swap: consumers of `replaced` with their final links.
model::Desired relinked(model::Desired desired, const model::Workspace& actual, const GroupId& replaced) {
  std::set<GroupId> named;
  for (model::DesiredService& service : desired.services) {
    const Place place = service.name.place;
    service.link = {{not_made.text(), place}};
    for (const model::Group& other : actual.groups) {
      if (other.id == replaced || !other.links_to(ServiceId(service.name.text))) continue;
      service.link.push_back({other.id.text(), place});
      named.insert(other.id);
    }
  }
  model::DesiredGroup made = std::move(desired.groups.front());
  made.name.text = not_made.text();
  desired.groups = {std::move(made)};
  for (const GroupId& id : named) {
    model::DesiredGroup other;
    other.name.text = id.text();
    desired.groups.push_back(std::move(other));
  }
  desired.unmanaged = model::Unmanaged::remove;
  return desired;
}

/// Reports the keys that services lose with the replaced group.
void tell_missing(const model::Group& replaced, const NewGroup& group, Plan& plan) {
  FindingLimiter limited(plan.findings);
  for (const std::string& key : replaced.keys()) {
    if (std::ranges::find(plan.values, key, &ValueChange::key) != plan.values.end()) continue;
    plan.new_group->lost.push_back(key);
    limited.add(make_finding(
        "swap-missing", fmt::format("group {}", clean(group.name)),
        fmt::format("{} has {}, but the new group does not: services would lose it", clean(replaced.label()),
                    clean(key)),
        key == "RENDER_API_KEY"
            ? "envlink uses it as its own API key, so it is never read from a dotenv file: groups set "
              "adds it afterwards, if services need it"
        : model::is_file_key(key) ? "add it with --secret-file, unless that is intended"
                                  : "add it to the dotenv file, unless that is intended",
        {}, key));
  }
}

/// The file still links the replaced group.
void tell_file(const model::Group& replaced, const NewGroup& group, Place place, Plan& plan) {
  plan.findings.push_back(
      make_finding("swap-file", fmt::format("group {}", clean(replaced.label())),
                   fmt::format("{} still names it: the next apply would link it again", clean(plan.file)),
                   fmt::format("replace it there with {} after the swap", clean(group.name)), place));
}

}  // namespace

const model::Group* name_taken(const NewGroup& group, const model::Workspace& actual) {
  const auto place = std::ranges::find(actual.groups, group.name, &model::Group::name);
  return place == actual.groups.end() ? nullptr : &*place;
}

Plan make_new_group(const model::Desired& consumers, const model::Workspace& actual, const NewGroup& group,
                    const PlanOptions& options) {
  const model::Workspace after = with_group(actual, group);
  model::Desired desired = consumers;
  const model::Group* replaced = nullptr;
  if (consumers.groups.empty()) {
    model::DesiredGroup made;
    made.name.text = not_made.text();
    desired.groups = {std::move(made)};
  } else {
    replaced = actual.find_group(GroupId(consumers.groups.front().name.text));
    desired = relinked(consumers, actual, GroupId(consumers.groups.front().name.text));
  }
  Plan plan = make_plan(desired, after, options);
  // The new group will be linked later.
  std::erase_if(plan.findings, [](const Finding& one) { return one.id == "group-unused"; });
  plan.new_group = group;
  if (replaced != nullptr) {
    plan.new_group->replaces = replaced->id;
    plan.new_group->replaced_links = replaced->links;
  }
  plan.keeps_undo = false;  // a new group has no old values
  if (replaced == nullptr) return plan;
  if (const Place place = consumers.groups.front().name.place; place.line > 0)
    tell_file(*replaced, group, place, plan);
  tell_missing(*replaced, group, plan);
  return plan;
}

}  // namespace envlink::plan
