#include "model/canonical_order.h"

#include <algorithm>
#include <tuple>

namespace envlink::model {
namespace {

constexpr auto by_name = [](const auto& a, const auto& b) {
  return std::tie(a.name, a.id) < std::tie(b.name, b.id);
};

}  // namespace

void put_in_canonical_order(Workspace& workspace) {
  std::ranges::sort(workspace.services, by_name);
  std::ranges::sort(workspace.groups, by_name);
  for (Group& group : workspace.groups) {
    std::ranges::sort(group.links);
    if (group.variables) std::ranges::sort(*group.variables, {}, &Variable::key);
    std::ranges::sort(group.secret_files);
  }
  for (auto& [service, variables] : workspace.service_variables)
    std::ranges::sort(variables, {}, &Variable::key);
}

bool in_canonical_order(const Workspace& workspace) {
  const auto ordered = [](const Group& group) {
    return std::ranges::is_sorted(group.links) &&
           (!group.variables || std::ranges::is_sorted(*group.variables, {}, &Variable::key)) &&
           std::ranges::is_sorted(group.secret_files);
  };
  return std::ranges::is_sorted(workspace.services, by_name) &&
         std::ranges::is_sorted(workspace.groups, by_name) &&
         std::ranges::all_of(workspace.groups, ordered) &&
         std::ranges::all_of(workspace.service_variables, [](const auto& entry) {
           return std::ranges::is_sorted(entry.second, {}, &Variable::key);
         });
}

}  // namespace envlink::model
