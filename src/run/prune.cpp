#include "run/prune.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"

namespace envlink::run {

Result<void> check_pruned(const PlanSource& source, const plan::Plan& plan, const PruneLimit& limit) {
  if (std::ranges::none_of(source.values, &GivenValues::prune)) return {};
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;
  std::size_t count = 0;
  for (const plan::ValueChange& value : plan.values) {
    if (value.action != plan::ValueAction::unset) continue;
    if (groups.empty() || groups.back().first != value.group_name) groups.push_back({value.group_name, {}});
    groups.back().second.push_back(clean(value.key));
    ++count;
  }
  const bool allowed = limit.at_most ? count <= *limit.at_most : !limit.unseen;
  if (count == 0 || allowed) return {};
  std::vector<std::string> parts;
  for (const auto& [group, keys] : groups)
    parts.push_back(
        fmt::format("{} of {}: {}", count_of(keys.size(), "variable"), clean(group), join_and(keys)));
  const std::string would = "Pruning would unset " + join(parts, "; ");
  if (!limit.at_most) {
    return fail({.kind = ErrorKind::refused,
                 .what = would + "; nothing was written",
                 .cure = fmt::format("Where that is meant: --prune-at-most {}", count)});
  }
  return fail({.kind = ErrorKind::refused,
               .what = fmt::format("{}, more than {}; nothing was written", would, *limit.at_most),
               .cure = "Look at where the values come from: is it whole? Where that is meant, allow more."});
}

}  // namespace envlink::run
