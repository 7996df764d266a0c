#include "view/run_changes.h"

#include <string_view>
#include <vector>

#include "base/text.h"

namespace envlink::view {

RunChanges changes_of(const plan::Plan& plan) {
  return {.groups = plan.new_group ? std::size_t{1} : 0,
          .values = plan.values.size(),
          .links = plan.links.size(),
          .deploys = plan.deploys()};
}

std::string changes_text(const RunChanges& changes) {
  std::vector<std::string> parts;
  const auto add = [&](std::size_t count, std::string_view one) {
    if (count > 0) parts.push_back(count_of(count, one));
  };
  add(changes.groups, "new group");
  add(changes.values, "value");
  add(changes.links, "link");
  if (parts.empty()) add(changes.deploys, "deploy");
  return join(parts, ", ");
}

}  // namespace envlink::view
