#include "run/named_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "plan/match.h"

namespace envlink::run {

Error same_group(const std::string& a, const std::string& b, const model::Owner& owner) {
  return {.kind = ErrorKind::refused,
          .what = fmt::format("groups {} and {} are the same group in workspace {}", clean(a), clean(b),
                              clean(owner.name)),
          .cure = "Name two different groups."};
}

Result<NamedGroups> read_groups(Context& context, const model::Desired& file,
                                const std::vector<std::string>& called) {
  model::Desired wanted;
  wanted.workspace = file.workspace;
  wanted.api = file.api;
  for (const std::string& name : called) {
    model::DesiredGroup group;
    group.name.text = name;
    const auto pinned = std::ranges::find_if(
        file.groups, [&](const model::DesiredGroup& one) { return one.id && one.name.text == name; });
    if (pinned != file.groups.end()) group.id = SourceString{pinned->id->text, {}};
    wanted.groups.push_back(std::move(group));
  }
  auto actual = read_workspace(context, wanted, {.include_preflight_data = false});
  if (!actual) return fail(actual.error());
  const plan::Match matched = plan::match(wanted, *actual);
  NamedGroups found;
  for (std::size_t i = 0; i < called.size(); ++i) {
    const model::Group* group = matched.groups[i];
    if (group == nullptr) {
      const plan::Finding& finding = matched.findings.front();
      if (finding.id == "group-twice") return fail(same_group(called[0], called[i], actual->owner));
      return fail({.kind = ErrorKind::refused, .what = finding.what, .cure = finding.cure});
    }
    if (!group->variables) {
      return fail(
          {.what = fmt::format("Render's answer does not contain the variables of {}", clean(called[i])),
           .cure = "Look at the group in the Dashboard, and try again."});
    }
    found.groups.push_back(*group);
  }
  found.actual = std::move(*actual);
  return found;
}

}  // namespace envlink::run
