#include "plan/waves.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace envlink::plan {
namespace {

/// Depth-first order: dependencies come first. Iterative, because a file may have a chain of thousands.
std::vector<std::size_t> topological(const std::vector<std::vector<std::size_t>>& after) {
  enum class Mark : char { unseen, open, closed };
  std::vector<Mark> marks(after.size(), Mark::unseen);
  std::vector<std::size_t> order;
  order.reserve(after.size());
  std::vector<std::pair<std::size_t, std::size_t>> stack;
  for (std::size_t root = 0; root < after.size(); ++root) {
    if (marks[root] != Mark::unseen) continue;
    stack.emplace_back(root, 0);
    marks[root] = Mark::open;
    while (!stack.empty()) {
      auto& [node, next] = stack.back();
      if (next < after[node].size()) {
        const std::size_t child = after[node][next++];
        if (marks[child] == Mark::unseen) {
          marks[child] = Mark::open;
          stack.emplace_back(child, 0);
        }
      } else {
        marks[node] = Mark::closed;
        order.push_back(node);
        stack.pop_back();
      }
    }
  }
  return order;
}

void sort_unique(std::vector<std::size_t>& items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

}  // namespace

std::vector<std::vector<std::size_t>> order_of(const model::Desired& file) {
  const std::size_t count = file.services.size();
  std::vector<std::vector<std::size_t>> after(count);
  if (file.rollout.order == model::Order::listed) {
    for (std::size_t i = 1; i < count; ++i) after[i].push_back(i - 1);
    return after;
  }
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < count; ++i) places.emplace(file.services[i].name.text, i);
  for (std::size_t i = 0; i < count; ++i) {
    for (const SourceString& name : file.services[i].after) {
      if (const auto place = places.find(name.text); place != places.end()) after[i].push_back(place->second);
    }
  }
  return after;
}

std::vector<std::vector<std::size_t>> effective_dependencies(
    const std::vector<std::vector<std::size_t>>& after, const std::vector<bool>& taking_part) {
  std::vector<std::vector<std::size_t>> result(after.size());
  for (const std::size_t service : topological(after)) {
    for (const std::size_t before : after[service]) {
      if (taking_part[before]) {
        result[service].push_back(before);
      } else {
        result[service].insert(result[service].end(), result[before].begin(), result[before].end());
      }
    }
    sort_unique(result[service]);
  }
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (!taking_part[i]) result[i].clear();
  }
  return result;
}

std::vector<std::vector<std::size_t>> waves_of(const std::vector<std::vector<std::size_t>>& waits_for,
                                               const std::vector<bool>& taking_part) {
  std::vector<std::size_t> depth(waits_for.size(), 0);
  std::vector<std::vector<std::size_t>> waves;
  for (const std::size_t service : topological(waits_for)) {
    for (const std::size_t before : waits_for[service])
      depth[service] = std::max(depth[service], depth[before] + 1);
    if (taking_part[service] && waves.size() <= depth[service]) waves.resize(depth[service] + 1);
  }
  for (std::size_t service = 0; service < waits_for.size(); ++service) {
    if (taking_part[service]) waves[depth[service]].push_back(service);
  }
  return waves;
}

void put_in_waves(Plan& plan, const std::vector<std::vector<std::size_t>>& after,
                  const std::vector<bool>& taking_part) {
  const auto waits_for = effective_dependencies(after, taking_part);
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    plan.services[i].waits_for = waits_for[i];
    plan.services[i].wave = 0;
  }
  plan.waves = waves_of(waits_for, taking_part);
  for (std::size_t wave = 0; wave < plan.waves.size(); ++wave) {
    for (const std::size_t index : plan.waves[wave]) plan.services[index].wave = static_cast<int>(wave) + 1;
  }
}

}  // namespace envlink::plan
