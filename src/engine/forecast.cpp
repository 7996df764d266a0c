#include "engine/forecast.h"

#include <algorithm>
#include <compare>
#include <functional>
#include <map>
#include <queue>
#include <set>

#include "engine/polling.h"
#include "model/deploy_phases.h"

namespace envlink::engine {
namespace {

using plan::PlannedService;

// Looks at a deploy that takes days would be counted one by one.
constexpr std::size_t most_polls = 10'000;

// As many requests as are under way at once: see scheduler.cpp.
constexpr std::size_t abreast = 16;

struct Watch {
  std::size_t polls = 0;
  Duration seen{};  // when the answer is there that shows the end
};

/// A deploy of that length, from its request on, watched as the rollout watches it.
Watch watch(Duration length, std::optional<Duration> expected, Duration most) {
  Watch watch{.seen = usual_answer};
  for (Duration looked{}; looked < length && watch.polls < most_polls; ++watch.polls) {
    looked = watch.seen + next_poll_delay({.elapsed = watch.seen, .expected = expected, .most = most});
    watch.seen = looked + usual_answer;
  }
  return watch;
}

/// From its turn to the end of the answer that names its deploy.
Duration before_watching(bool relinked) {
  // The deploys are listed while the group is read back.
  return usual_answer * (relinked ? 3 : 2);
}

struct Length {
  Duration to_begin{};  // from its turn until its deploy has begun
  Duration whole{};     // until its end is seen
};

/// Plays the rollout: who is ready goes as soon as there is room, wave by wave.
class Playing {
 public:
  Playing(const plan::Plan& plan, std::vector<Length> lengths)
      : plan_(plan),
        lengths_(std::move(lengths)),
        left_(plan.services.size()),
        awaiting_(plan.services.size()) {}

  Duration wall() {
    for (std::size_t i = 0; i < plan_.services.size(); ++i) {
      if (!takes_part(i)) continue;
      left_[i] = plan_.services[i].waits_for.size();
      for (const std::size_t before : plan_.services[i].waits_for) awaiting_[before].push_back(i);
      if (left_[i] == 0) make_ready(i);
    }
    const bool early = plan_.rollout.gate == model::Gate::started;
    Duration now{};
    begin_ready(now);
    while (!coming_.empty()) {
      const Coming next = coming_.top();
      coming_.pop();
      now = next.at;
      if (next.end) --under_way_;
      if (next.end != early) open(next.service);
      begin_ready(now);
    }
    return now;
  }

 private:
  struct Coming {
    Duration at{};
    std::size_t service = 0;
    bool end = false;  // otherwise its deploy has begun
    auto operator<=>(const Coming&) const = default;
  };

  bool takes_part(std::size_t service) const { return plan_.services[service].wave > 0; }
  void begin_ready(Duration now) {
    while (!ready_.empty() && under_way_ < static_cast<std::size_t>(plan_.rollout.max_parallel)) {
      const std::size_t service = ready_.begin()->second;
      ready_.erase(ready_.begin());
      ++under_way_;
      coming_.push({now + lengths_[service].to_begin, service, false});
      coming_.push({now + lengths_[service].whole, service, true});
    }
  }
  void make_ready(std::size_t service) { ready_.emplace(plan_.services[service].wave, service); }
  void open(std::size_t service) {
    for (const std::size_t next : awaiting_[service]) {
      if (--left_[next] == 0) make_ready(next);
    }
  }

  const plan::Plan& plan_;
  std::vector<Length> lengths_;
  std::vector<std::size_t> left_;
  std::vector<std::vector<std::size_t>> awaiting_;
  std::set<std::pair<int, std::size_t>> ready_;  // by wave, then in the file's order
  std::size_t under_way_ = 0;
  std::priority_queue<Coming, std::vector<Coming>, std::greater<>> coming_;
};

// Of Render, as recorded. A forecast may assume it; what is sent goes by what Render tells.
constexpr int usual_read_limit = 400;

/// Looks take no more than their share of the reads, and fill the pauses that other requests leave.
std::size_t polls_in(Duration wall, const Forecast& result, const plan::Plan& plan) {
  std::size_t fit = most_polls_in(wall, usual_read_limit);
  if (plan.api.min_interval > Duration{0}) {
    const auto requests = static_cast<std::size_t>(wall / plan.api.min_interval);
    const std::size_t others = result.writes() + result.reads() - result.polls;
    fit = std::min(fit, requests - std::min(requests, others));
  }
  return std::min(result.polls, std::max(fit, result.deploy_writes));
}

Duration pause(const plan::Plan& plan, std::size_t requests) {
  return plan.api.min_interval * static_cast<Duration::rep>(requests);
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
      // Where a deploy that has begun opens the gate, builds go side by side.
      if (plan.rollout.gate != model::Gate::started) {
        for (const std::size_t before : service.waits_for) start = std::max(start, ends[before]);
      }
      ends[index] = start + service.expected_duration.value_or(Duration{0});
      path = std::max(path, ends[index]);
    }
  }
  return path;
}

std::optional<Duration> usual_length(const plan::Plan& plan) {
  std::vector<Duration> lengths;
  for (const PlannedService& service : plan.services) {
    if (service.redeploys() && service.median_duration) lengths.push_back(*service.median_duration);
  }
  if (lengths.empty()) return std::nullopt;
  const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
  std::ranges::nth_element(lengths, middle);
  return *middle;
}

std::optional<Duration> likely_length(const plan::PlannedService& service) {
  if (!service.median_duration) return std::nullopt;
  return model::deploy_phases(*service.median_duration, service.type, service.image_backed)
      .length(service.rebuild);
}

Forecast forecast(const plan::Plan& plan) {
  Forecast result;
  const std::size_t count = plan.services.size();
  std::vector<bool> relinked(count);
  std::set<std::pair<int, GroupId>> read_back;
  std::set<GroupId> changed;
  const auto comes_with_group = [&](const GroupId& group) {
    return plan.new_group && group == plan.new_group->id;
  };
  for (const plan::LinkChange& link : plan.links) {
    relinked[link.service] = true;
    read_back.emplace(plan.services[link.service].wave, link.group);
    if (comes_with_group(link.group)) continue;
    ++result.link_writes;
    changed.insert(link.group);
  }
  std::map<GroupId, std::size_t> values;  // how many change, by group
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
  result.link_reads = read_back.size();
  std::vector<Length> lengths(count);
  for (std::size_t i = 0; i < count; ++i) {
    const PlannedService& service = plan.services[i];
    if (!service.redeploys()) continue;
    ++result.deploy_writes;
    ++result.deploy_reads;
    const auto length = likely_length(service);
    if (!length) {
      result.polls_known = false;
      continue;
    }
    const Watch seen = watch(*length, service.expected_duration, plan.rollout.poll_interval);
    result.polls += seen.polls;
    const Duration before = before_watching(relinked[i]);
    lengths[i] = {before, before - usual_answer + seen.seen};
  }
  std::set<GroupId> groups;
  for (const plan::PlannedGroup& group : plan.groups) groups.insert(group.id);
  if (!plan.empty()) result.proof_reads = 3 + groups.size() + count;
  result.reads_at_least = result.hold_reads + result.group_reads + result.value_reads + changed.size() +
                          result.deploy_reads + result.proof_reads;
  if (result.deploy_writes == 0) return result;
  result.critical_path = critical_path(plan);
  if (result.critical_path)
    result.at_least = std::max(*result.critical_path, pause(plan, result.writes() + result.reads_at_least));
  if (result.polls_known) {
    // The values of a group, one after the other; the owners, then the services and groups, then the rest.
    const std::size_t before =
        (values.empty() ? 0 : most_values + 2) + (held == 0 ? 0 : 6) + (plan.new_group ? 3 : 0);
    const auto turns = static_cast<Duration::rep>(before + 2 + (result.proof_reads + abreast - 1) / abreast);
    const std::size_t fewest = result.writes() + result.reads() - result.polls + result.deploy_writes;
    result.wall =
        std::max(Playing(plan, std::move(lengths)).wall() + usual_answer * turns, pause(plan, fewest));
    result.polls = polls_in(*result.wall, result, plan);
    if (result.at_least) result.wall = std::max(result.wall, result.at_least);
  }
  return result;
}

}  // namespace envlink::engine
