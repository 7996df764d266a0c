#include "view/time_left.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <queue>
#include <set>
#include <utility>
#include <vector>

namespace envlink::view {
namespace {

using engine::ServicePhase;

/// Plays the rest of the rollout: who is ready goes as soon as there is room, in the plan's order.
class Rest {
 public:
  Rest(const plan::Plan& plan, const engine::Progress& progress, Time now)
      : plan_(plan), progress_(progress), now_(now), scale_(scale()), waits_(plan.services.size()) {
    const bool nothing_new = progress.failed() && plan.rollout.on_failure != model::OnFailure::continue_;
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
      if (plan.services[i].redeploys() && progress.services[i].phase != ServicePhase::ended) {
        if (progress.services[i].phase != ServicePhase::waiting) run(i, since_asked(i));
      }
    }
    if (nothing_new) return;
    dependants_.resize(plan.services.size());
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
      if (plan.services[i].redeploys() && progress.services[i].phase == ServicePhase::waiting) hold(i);
    }
  }

  std::optional<TimeLeft> play() {
    Duration at{};
    while (!ready_.empty() || !under_way_.empty()) {
      while (!ready_.empty() && under_way_.size() < room()) {
        const auto service = *ready_.begin();
        ready_.erase(ready_.begin());
        run(service, Duration::zero(), at);
        if (plan_.rollout.gate == model::Gate::started) open(service);
      }
      const auto [ends, service] = under_way_.top();
      under_way_.pop();
      at = std::max(at, ends);
      open(service);
    }
    if (!known_) return std::nullopt;
    return TimeLeft{at, at_least_};
  }

 private:
  using Run = std::pair<Duration, std::size_t>;

  std::size_t room() const { return static_cast<std::size_t>(std::max(1, plan_.rollout.max_parallel)); }

  Duration since_asked(std::size_t service) const {
    const auto& asked = progress_.services[service].requested_at;
    return asked ? std::max(Duration::zero(), now_ - *asked) : Duration::zero();
  }

  /// What deploys without a build have taken in this run, in parts of what the last ones took.
  double scale() const {
    double took = 0;
    double usually = 0;
    for (std::size_t i = 0; i < plan_.services.size(); ++i) {
      const auto& planned = plan_.services[i];
      const auto& service = progress_.services[i];
      const bool counts = !planned.expected && planned.usual && engine::succeeded(service.ending) &&
                          service.requested_at && service.ended_at;
      if (!counts) continue;
      took += std::chrono::duration<double>(*service.ended_at - *service.requested_at).count();
      usually += std::chrono::duration<double>(*planned.usual).count();
    }
    return took > 0 && usually > 0 ? took / usually : 1;
  }

  std::optional<Duration> length(std::size_t service) const {
    const auto& planned = plan_.services[service];
    if (planned.expected || !planned.usual) return planned.expected;
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double, Duration::period>(
        static_cast<double>(planned.usual->count()) * scale_));
  }

  void run(std::size_t service, Duration passed, Duration from = {}) {
    const auto whole = length(service);
    at_least_ = at_least_ || !whole || passed > *whole + *whole / 2;
    known_ = known_ || whole;
    under_way_.emplace(from + (whole ? std::max(Duration::zero(), *whole - passed) : Duration::zero()),
                       service);
  }

  bool holds_back(std::size_t before) const {
    const auto& service = progress_.services[before];
    if (service.phase == ServicePhase::ended) return false;
    return plan_.rollout.gate != model::Gate::started || service.phase < ServicePhase::watching;
  }

  void hold(std::size_t service) {
    for (const auto before : plan_.services[service].waits_for) {
      if (!holds_back(before)) continue;
      ++waits_[service];
      dependants_[before].push_back(service);
    }
    if (waits_[service] == 0) ready_.insert(service);
  }

  void open(std::size_t service) {
    if (dependants_.empty()) return;
    for (const auto next : dependants_[service]) {
      if (--waits_[next] == 0) ready_.insert(next);
    }
    dependants_[service].clear();
  }

  const plan::Plan& plan_;
  const engine::Progress& progress_;
  Time now_;
  double scale_;
  std::vector<std::size_t> waits_;
  std::vector<std::vector<std::size_t>> dependants_;
  std::set<std::size_t> ready_;
  std::priority_queue<Run, std::vector<Run>, std::greater<>> under_way_;
  bool at_least_ = false;
  bool known_ = false;
};

}  // namespace

std::optional<TimeLeft> time_left(const plan::Plan& plan, const engine::Progress& progress, Time now) {
  if (!progress.began_at || progress.ended_at || progress.interrupts > 0) return std::nullopt;
  return Rest(plan, progress, now).play();
}

std::string time_left_words(const TimeLeft& left) {
  constexpr long long step = 5;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left.span).count();
  if (seconds < 1) return left.at_least ? "longer than usual" : "nearly done";
  const auto words = seconds < 90 ? fmt::format("{}s", (seconds + step - 1) / step * step)
                                  : fmt::format("{} min", (seconds + 30) / 60);
  return left.at_least ? words + " or more left" : "about " + words + " left";
}

}  // namespace envlink::view
