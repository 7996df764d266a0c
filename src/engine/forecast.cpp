#include "engine/forecast.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <set>

#include "engine/polling.h"

namespace envlink::engine {
namespace {

using plan::PlannedService;

// Looks at a deploy that takes days would be counted one by one.
constexpr std::size_t most_looks = 10'000;

struct Watch {
  std::size_t looks = 1;
  Duration noticed{};  // when the look that shows the end is made
};

/// A deploy of that length, watched as the rollout watches it.
Watch watch(Duration length, std::optional<Duration> expected, bool awaited, Duration most) {
  Watch seen;
  while (seen.noticed < length && seen.looks < most_looks) {
    seen.noticed += look_again_after(seen.noticed, expected, awaited, most);
    ++seen.looks;
  }
  return seen;
}

/// Plays the rollout: who is ready goes as soon as there is room, in the plan's order.
class Playing {
 public:
  Playing(const plan::Plan& plan, std::vector<Duration> lengths)
      : plan_(plan),
        lengths_(std::move(lengths)),
        left_(plan.services.size()),
        awaiting_(plan.services.size()) {}

  Duration wall() {
    for (std::size_t i = 0; i < plan_.services.size(); ++i) {
      if (!takes_part(i)) continue;
      left_[i] = plan_.services[i].waits_for.size();
      for (const std::size_t before : plan_.services[i].waits_for) awaiting_[before].push_back(i);
      if (left_[i] == 0) ready_.insert(i);
    }
    Duration now{};
    while (!ready_.empty() || !under_way_.empty()) {
      while (!ready_.empty() && under_way_.size() < static_cast<std::size_t>(plan_.rollout.max_parallel)) {
        begin(*ready_.begin(), now);
      }
      const auto [ends, service] = under_way_.top();
      under_way_.pop();
      now = ends;
      if (plan_.rollout.gate != model::Gate::started) open(service);
    }
    return now;
  }

 private:
  bool takes_part(std::size_t service) const { return plan_.services[service].wave > 0; }
  void begin(std::size_t service, Duration now) {
    ready_.erase(service);
    under_way_.emplace(now + lengths_[service], service);
    if (plan_.rollout.gate == model::Gate::started) open(service);
  }
  void open(std::size_t service) {
    for (const std::size_t next : awaiting_[service]) {
      if (--left_[next] == 0) ready_.insert(next);
    }
  }

  const plan::Plan& plan_;
  std::vector<Duration> lengths_;
  std::vector<std::size_t> left_;
  std::vector<std::vector<std::size_t>> awaiting_;
  std::set<std::size_t> ready_;
  std::priority_queue<std::pair<Duration, std::size_t>, std::vector<std::pair<Duration, std::size_t>>,
                      std::greater<>>
      under_way_;
};

}  // namespace

Outlook outlook(const plan::Plan& plan) {
  Outlook result;
  result.link_writes = result.link_reads = plan.links.size();
  std::vector<bool> awaited(plan.services.size());
  for (const PlannedService& service : plan.services) {
    for (const std::size_t before : service.waits_for) awaited[before] = true;
  }
  std::vector<Duration> lengths(plan.services.size());
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    const PlannedService& service = plan.services[i];
    if (!service.redeploys()) continue;
    ++result.deploy_writes;
    ++result.deploy_reads;
    if (!service.usual) {
      result.looks_known = false;
      continue;
    }
    const Watch seen = watch(*service.usual, service.expected, awaited[i], plan.rollout.poll_interval);
    result.looks += seen.looks;
    lengths[i] = seen.noticed;
  }
  std::set<GroupId> groups;
  for (const plan::PlannedGroup& group : plan.groups) groups.insert(group.id);
  if (!plan.empty()) result.proof_reads = 3 + groups.size() + plan.services.size();
  if (result.looks_known && result.deploy_writes > 0) {
    const Duration requests =
        plan.api.min_interval * static_cast<Duration::rep>(result.writes() + result.reads());
    result.wall = std::max(Playing(plan, std::move(lengths)).wall(), requests);
  }
  return result;
}

}  // namespace envlink::engine
