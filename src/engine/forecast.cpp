#include "engine/forecast.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/course.h"

namespace envlink::engine {
namespace {

using plan::PlannedService;

// The limit for services read closely: see workspace_reader.h.
constexpr std::size_t most_read_closely = 200;

Duration pause(const plan::Plan& plan, std::size_t requests) {
  return plan.api.min_interval * static_cast<Duration::rep>(requests);
}

/// Reads of the run's first minute that reading the workspace has already used.
std::size_t reads_before(const plan::Plan& plan) {
  std::size_t listed = 0;
  std::size_t closely = 0;
  for (const PlannedService& service : plan.services) {
    listed += service.deploys_unread ? 0 : 1;
    closely += service.redeploys() ? 1 : 0;
  }
  const std::size_t lists = 4 + plan.services.size() / 100;
  return lists + plan.groups.size() + listed + std::min(closely, most_read_closely);
}

}  // namespace

std::optional<Duration> critical_path(const plan::Plan& plan) {
  Duration path{0};
  std::vector<Duration> ends(plan.services.size(), Duration{0});
  for (const auto& wave : plan.waves) {
    for (const std::size_t index : wave) {
      const PlannedService& service = plan.services[index];
      if (!service.redeploys()) continue;
      if (service.rebuild && !service.expected_duration) return std::nullopt;
      Duration start{0};
      // With `gate: started`, builds run side by side.
      if (plan.rollout.gate != model::Gate::started) {
        for (const std::size_t before : service.waits_for) start = std::max(start, ends[before]);
      }
      ends[index] = start + service.expected_duration.value_or(Duration{0});
      path = std::max(path, ends[index]);
    }
  }
  return path;
}

Forecast forecast(const plan::Plan& plan, UsualLimits limits) {
  Forecast result;
  const std::size_t count = plan.services.size();
  std::set<GroupId> changed;
  const auto comes_with_group = [&](const GroupId& group) {
    return plan.new_group && group == plan.new_group->id;
  };
  for (const plan::LinkChange& link : plan.links) {
    if (comes_with_group(link.group)) continue;
    ++result.link_writes;
    changed.insert(link.group);
  }
  std::map<GroupId, std::size_t> values;  // number of changes per group
  for (const plan::ValueChange& value : plan.values) {
    if (!comes_with_group(value.group)) ++values[value.group];
  }
  std::size_t most_values = 0;
  for (const auto& [group, in_group] : values) most_values = std::max(most_values, in_group);
  std::size_t held = 0;
  for (const PlannedService& service : plan.services) {
    if (!service.auto_deploy_was.empty() && !service.hold) ++result.hold_writes;
    if (!service.hold) continue;
    ++held;
    result.hold_writes += service.auto_deploy ? 2 : 0;
    result.hold_reads += service.auto_deploy ? 4 : 1;
  }
  for (const auto& [group, in_group] : values) result.value_writes += in_group;
  result.value_reads = 2 * values.size();
  if (plan.new_group) {
    result.group_writes = 1;
    result.group_reads = plan.new_group->replaces.empty() ? 3 : 4;
  }
  std::size_t unread = 0;
  for (const PlannedService& service : plan.services) {
    result.deploy_writes += service.redeploys() ? 1 : 0;
    unread += service.deploys_unread ? 1 : 0;
  }
  std::set<GroupId> groups;
  for (const plan::PlannedGroup& group : plan.groups) groups.insert(group.id);
  // Services that the run saw live are not listed again.
  if (!plan.empty()) result.proof_reads = 3 + groups.size() + count - result.deploy_writes;
  result.reads_at_least = result.hold_reads + result.group_reads + result.value_reads + changed.size() +
                          unread + result.deploy_writes + result.proof_reads;
  if (plan.empty()) return result;
  // Values of one group are written in sequence; a new group and holds are read back first.
  const std::size_t before =
      (values.empty() ? 0 : most_values + 2) + (held == 0 ? 0 : 6) + (plan.new_group ? 3 : 0);
  const Course course = course_of(plan, {.reads_spent = reads_before(plan),
                                         .turns_before = before,
                                         .proof_reads = result.proof_reads,
                                         .limits = limits});
  result.link_reads = course.link_reads;
  result.deploy_reads = course.deploy_reads;
  result.polls = course.polls;
  if (result.deploy_writes == 0) return result;
  result.polls_known = course.polls_known;
  result.critical_path = critical_path(plan);
  if (result.critical_path)
    result.at_least = std::max(*result.critical_path, pause(plan, result.writes() + result.reads_at_least));
  if (result.polls_known) {
    result.wall = course.takes;
    if (result.at_least) result.wall = std::max(result.wall, result.at_least);
  }
  return result;
}

}  // namespace envlink::engine
