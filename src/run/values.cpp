#include "run/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "plan/values.h"
#include "run/named_groups.h"

namespace envlink::run {

Result<GroupToChange> read_group(Context& context, const model::Desired& file, const std::string& called) {
  auto found = read_groups(context, file, {called});
  if (!found) return fail(found.error());
  return GroupToChange{std::move(found->groups.front()), std::move(found->actual)};
}

Result<void> check_held(const model::Group& group, const std::vector<std::string>& keys) {
  const std::vector<std::string> held = group.keys();
  for (const std::string& key : keys) {
    if (group.holds(key)) continue;
    const std::string near = nearest(key, held);
    return fail({.kind = ErrorKind::refused,
                 .what = fmt::format("{} holds no {}; nothing was changed", clean(group.label()), clean(key)),
                 .cure = near.empty()
                             ? fmt::format("List its keys: envlink groups show {}", clean(group.name))
                             : fmt::format("Did you mean {}?", clean(near))});
  }
  return {};
}

PlanSource plan_source_for_group(const model::Desired& file, const GroupToChange& found, GivenValues values,
                                 const plan::ValueSource& from, bool keeps_undo) {
  std::vector<std::string> changed;
  for (const GivenValues::One& one : values.set) changed.push_back(one.key);
  if (values.prune)
    std::ranges::move(plan::unnamed_variables(found.group, changed), std::back_inserter(changed));
  changed.insert(changed.end(), values.unset.begin(), values.unset.end());
  PlanSource source{.desired = plan::consumers_of(file, found.group, found.actual, changed),
                    .consumers_alone = true};
  // A suspended service gets the values with its next deploy.
  if (source.desired.rollout.suspended == model::OnSuspended::refuse)
    source.desired.rollout.suspended = model::OnSuspended::link;
  source.options.keeps_undo = keeps_undo;
  source.options.values_from = from;
  values.group = found.group.id;
  source.values.push_back(std::move(values));
  return source;
}

PlanSource plan_source_for_new_group(const model::Desired& file, const GroupToChange* found,
                                     plan::NewGroup group, GivenValues values,
                                     const plan::ValueSource& from) {
  PlanSource source;
  if (found == nullptr) {
    source.desired = file;
    source.desired.groups.clear();
    source.desired.services.clear();
    source.consumers_alone = true;
  } else {
    // What the services require is looked for among the keys that they get and lose.
    GivenValues changed = values;
    changed.unset = found->group.keys();
    source = plan_source_for_group(file, *found, std::move(changed), from, false);
    const auto in_file = std::ranges::find_if(
        file.groups, [&](const model::DesiredGroup& one) { return one.name.text == group.name; });
    if (in_file != file.groups.end()) {
      source.desired.groups.front().variables = in_file->variables;
      source.desired.groups.front().require = in_file->require;
    }
    source.values.clear();
    if (found->group.environment) group.environment = *found->group.environment;
  }
  source.options.values_from = from;
  values.group = plan::not_made;
  if (!values.set.empty()) source.values.push_back(std::move(values));
  group.id = plan::not_made;
  source.makes = std::move(group);
  return source;
}

}  // namespace envlink::run
