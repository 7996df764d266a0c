#include "run/prune.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"

namespace envlink::run {

Result<void> check_pruned(const PlanSource& source, const plan::Plan& plan, const PruneLimit& limit) {
  const bool prunes = std::ranges::any_of(source.values, &GivenValues::prune);
  if (!prunes && !plan.new_group) return {};
  struct Pruned {
    GroupId id{};
    std::string name{};
    std::vector<std::string> keys{};
  };
  std::vector<Pruned> groups;
  std::size_t count = 0;
  for (const plan::ValueChange& value : plan.values) {
    if (value.action != plan::ValueAction::unset) continue;
    if (groups.empty() || groups.back().id != value.group)
      groups.push_back({value.group, value.group_name, {}});
    groups.back().keys.push_back(clean(value.key));
    ++count;
  }
  if (plan.new_group && !plan.new_group->lost.empty()) {
    const std::vector<std::string>& lost = plan.new_group->lost;
    groups.push_back({{}, plan.new_group->name, {}});
    for (const std::string& key : lost) groups.back().keys.push_back(clean(key));
    count = lost.size();
  }
  const bool allowed = limit.at_most ? count <= *limit.at_most : !limit.unseen;
  if (count == 0 || allowed) return {};
  std::vector<std::string> parts;
  for (const Pruned& group : groups) {
    parts.push_back(fmt::format("{} {} {}: {}", count_of(group.keys.size(), "variable"),
                                plan.new_group ? "with" : "of", clean(group.name), join_and(group.keys)));
  }
  const std::string would =
      (plan.new_group ? "Services would lose " : "Pruning would unset ") + join(parts, "; ");
  if (!limit.at_most) {
    return fail({.kind = ErrorKind::refused,
                 .what = would + "; nothing was changed",
                 .cure = fmt::format("If you mean it: --prune-at-most {}", count)});
  }
  return fail({.kind = ErrorKind::refused,
               .what = fmt::format("{}, more than {}; nothing was changed", would, *limit.at_most),
               .cure = "Check that the source of the values is complete. If you mean it, raise the limit."});
}

}  // namespace envlink::run
