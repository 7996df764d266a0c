#include "model/canonical_order.h"

#include <algorithm>
#include <tuple>

namespace envlink::model {
namespace {

constexpr auto by_name = [](const auto& a, const auto& b) {
  return std::tie(a.name, a.id) < std::tie(b.name, b.id);
};

/// Requires things sorted by name.
bool has_namesake(const auto& things, std::size_t at) {
  const auto same = [&](std::size_t other) {
    return other < things.size() && things[other].name == things[at].name;
  };
  return (at > 0 && same(at - 1)) || same(at + 1);
}

void mark_namesakes(auto& things) {
  for (std::size_t i = 0; i < things.size(); ++i) things[i].shares_name = has_namesake(things, i);
}

bool namesakes_are_marked(const auto& things) {
  for (std::size_t i = 0; i < things.size(); ++i) {
    if (things[i].shares_name != has_namesake(things, i)) return false;
  }
  return true;
}

}  // namespace

void put_in_canonical_order(Workspace& workspace) {
  std::ranges::sort(workspace.services, by_name);
  std::ranges::sort(workspace.groups, by_name);
  mark_namesakes(workspace.services);
  mark_namesakes(workspace.groups);
  for (Group& group : workspace.groups) {
    std::ranges::sort(group.links);
    if (group.variables) std::ranges::sort(*group.variables, {}, &Variable::key);
    std::ranges::sort(group.secret_files);
  }
  for (auto& [service, variables] : workspace.service_variables)
    std::ranges::sort(variables, {}, &Variable::key);
  for (auto& [service, files] : workspace.service_secret_files) std::ranges::sort(files);
}

bool in_canonical_order(const Workspace& workspace) {
  const auto ordered = [](const Group& group) {
    return std::ranges::is_sorted(group.links) &&
           (!group.variables || std::ranges::is_sorted(*group.variables, {}, &Variable::key)) &&
           std::ranges::is_sorted(group.secret_files);
  };
  return std::ranges::is_sorted(workspace.services, by_name) &&
         std::ranges::is_sorted(workspace.groups, by_name) && namesakes_are_marked(workspace.services) &&
         namesakes_are_marked(workspace.groups) && std::ranges::all_of(workspace.groups, ordered) &&
         std::ranges::all_of(
             workspace.service_variables,
             [](const auto& entry) { return std::ranges::is_sorted(entry.second, {}, &Variable::key); }) &&
         std::ranges::all_of(workspace.service_secret_files,
                             [](const auto& entry) { return std::ranges::is_sorted(entry.second); });
}

}  // namespace envlink::model
