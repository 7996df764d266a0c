#include "engine/course.h"

#include <algorithm>
#include <compare>
#include <functional>
#include <map>
#include <queue>
#include <set>
#include <utility>
#include <vector>

#include "engine/attribution.h"
#include "engine/polling.h"
#include "engine/request_scheduler.h"
#include "engine/rollout.h"
#include "engine/seen_live.h"
#include "engine/unbuilt_deploys.h"
#include "model/deploy_phases.h"

namespace envlink::engine {
namespace {

using std::chrono::minutes;

enum class Counted { reads, writes, nothing };

/// Render's limits per minute, and the pause between requests.
class Windows {
 public:
  Windows(Duration first_ends, UsualLimits limits, Duration apart)
      : first_ends_(first_ends), limits_(limits), apart_(apart) {}

  void spend(Counted what, std::size_t count) { windows_[0].of(what) += static_cast<int>(count); }

  /// The time at which a request is sent if it may be sent from `at` on.
  Duration take(Counted what, Duration at) {
    while (true) {
      const std::int64_t number = at < first_ends_ ? 0 : (at - first_ends_) / Duration(minutes(1)) + 1;
      const Duration begins = number == 0 ? Duration{} : first_ends_ + minutes(number - 1);
      const Duration ends = first_ends_ + minutes(number);
      Window& window = windows_[number];
      const Duration goes = std::max(at, std::max(begins, window.last));
      if (window.of(what) < limit_of(what) && goes < ends) {
        ++window.of(what);
        window.last = goes + apart_;
        return goes;
      }
      at = ends;
    }
  }

 private:
  struct Window {
    int reads = 0;
    int writes = 0;
    int others = 0;
    Duration last{};
    int& of(Counted what) {
      return what == Counted::reads ? reads : what == Counted::writes ? writes : others;
    }
  };
  int limit_of(Counted what) const {
    return what == Counted::reads ? limits_.reads : what == Counted::writes ? limits_.writes : 1'000'000'000;
  }

  Duration first_ends_;
  UsualLimits limits_;
  Duration apart_;
  std::map<std::int64_t, Window> windows_;
};

class Player {
 public:
  Player(const plan::Plan& plan, const CourseStart& start)
      : plan_(plan),
        start_(start),
        usual_(usual_length(plan)),
        windows_(first_window(), start.limits,
                 std::max(plan.api.min_interval, usual_answer / static_cast<int>(most_under_way))),
        services_(plan.services.size()) {
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
      for (const std::size_t before : plan.services[i].waits_for) services_[before].dependants.push_back(i);
    }
    for (std::size_t link = 0; link < plan.links.size(); ++link)
      services_[plan.links[link].service].links.push_back(link);
    windows_.spend(Counted::reads, start.reads_spent);
    if (start.writes_spent) windows_.spend(Counted::writes, *start.writes_spent);
    if (start.progress == nullptr || start.writes_spent) return;
    const Time minute = std::chrono::floor<minutes>(start.now);
    windows_.spend(Counted::writes, static_cast<std::size_t>(std::ranges::count_if(
                                        start.progress->links, [minute](const WriteProgress& link) {
                                          return link.phase >= WritePhase::proving &&
                                                 link.answered_at >= minute;
                                        })));
  }

  Course play() {
    begins_at_ = usual_answer * static_cast<Duration::rep>(start_.turns_before);
    learn();
    take_up();
    watch_on();
    begin_ready(begins_at_);
    while (!coming_.empty()) {
      const Coming next = coming_.top();
      coming_.pop();
      now_ = std::max(now_, next.at);
      happen(next);
    }
    prove();
    if (known_) result_.takes = now_;
    return result_;
  }

 private:
  enum class What { link_answered, group_read, linked, look, ended };
  struct Coming {
    Duration at{};
    What what = What::ended;
    std::size_t index = 0;  // of a service, link or group
    auto operator<=>(const Coming&) const = default;
  };
  struct Service {
    std::vector<std::size_t> links{};
    std::vector<std::size_t> dependants{};
    std::size_t waits = 0;     // for this many services
    std::size_t unproved = 0;  // links not read back yet
    Duration answered{};       // when the last link was answered
    Duration asked{};          // when its deploy is requested; negative: before `now`
    std::optional<Duration> length{};
    bool watched = false;
  };
  struct Group {
    std::size_t coming = 0;            // link answers still to come
    std::vector<std::size_t> waiting;  // services, once per link to read back
    Duration first{};
    Duration read_at{};
  };

  Duration first_window() const {
    if (start_.progress == nullptr) return minutes(1);
    return minutes(1) - start_.now.time_since_epoch() % Duration(minutes(1));
  }

  ServicePhase phase_of(std::size_t service) const {
    if (start_.progress != nullptr) return start_.progress->services[service].phase;
    return plan_.services[service].redeploys() || !services_[service].links.empty() ? ServicePhase::waiting
                                                                                    : ServicePhase::unchanged;
  }

  /// Learns from this run which share of a usual deploy one without a build takes.
  void learn() {
    if (start_.progress == nullptr) return;
    for (std::size_t i = 0; i < plan_.services.size(); ++i) {
      const ServiceProgress& service = start_.progress->services[i];
      const auto& usual = plan_.services[i].median_duration;
      if (plan_.services[i].expected_duration || !usual || *usual <= Duration{} ||
          !succeeded(service.outcome) || !service.requested_at || !service.ended_at ||
          service.paused > Duration{})
        continue;
      unbuilt_.learn(*service.ended_at - *service.requested_at, *usual);
    }
  }

  std::optional<Duration> length_of(std::size_t service) const {
    const plan::PlannedService& planned = plan_.services[service];
    if (planned.expected_duration) return planned.expected_duration;
    if (planned.median_duration) {
      if (const auto learned = unbuilt_.length(*planned.median_duration)) return learned;
    }
    return likely_length(planned, usual_);
  }

  void take_up() {
    const bool nothing_new = start_.progress != nullptr && start_.progress->failed() &&
                             plan_.rollout.on_failure != model::OnFailure::continue_;
    for (const plan::LinkChange& change : plan_.links) groups_[change.group];
    for (const auto& [group, number] : numbered()) group_numbers_[group] = number;
    for (std::size_t i = 0; i < services_.size(); ++i) {
      const ServicePhase phase = phase_of(i);
      if (phase == ServicePhase::unchanged || phase == ServicePhase::ended) continue;
      if (phase == ServicePhase::waiting && nothing_new) continue;
      for (const std::size_t before : plan_.services[i].waits_for)
        services_[i].waits += holds_back(before) ? 1 : 0;
      if (phase != ServicePhase::waiting) {
        ++active_;
        go_on(i, begins_at_);
      } else if (services_[i].waits == 0) {
        ready_.emplace(plan_.services[i].wave, i);
      }
    }
  }

  /// Continues to watch deploys in progress. Each ended deploy has used a poll.
  void watch_on() {
    if (start_.progress != nullptr) {
      for (const ServiceProgress& service : start_.progress->services) {
        if (!service.ended_at || !service.requested_at || *service.ended_at + polls_refill_in() < start_.now)
          continue;
        if (poll_budget_.take(Time{begins_at_}, start_.limits.reads)) break;
      }
    }
    for (const std::size_t service : under_way_) {
      const Service& one = services_[service];
      const bool over = begins_at_ - one.asked >= one.length.value_or(Duration{});
      come(begins_at_ + (over ? Duration{} : delay(service, begins_at_)), What::look, service);
    }
  }

  std::map<GroupId, std::size_t> numbered() const {
    std::map<GroupId, std::size_t> numbers;
    for (const auto& [group, state] : groups_) numbers.emplace(group, numbers.size());
    return numbers;
  }

  bool holds_back(std::size_t before) const {
    const ServicePhase phase = phase_of(before);
    if (phase == ServicePhase::ended) return false;
    return plan_.rollout.gate != model::Gate::started || phase < ServicePhase::watching;
  }

  void begin_ready(Duration at) {
    while (!ready_.empty() && active_ < std::max(1, plan_.rollout.max_parallel)) {
      const std::size_t service = ready_.begin()->second;
      ready_.erase(ready_.begin());
      ++active_;
      go_on(service, at);
    }
  }

  void come(Duration at, What what, std::size_t index) { coming_.push({at, what, index}); }

  /// Continues a service from its current phase.
  void go_on(std::size_t service, Duration at) {
    Service& one = services_[service];
    one.length = length_of(service);
    if (plan_.services[service].redeploys()) {
      known_ = known_ || one.length;
      if (!one.length) result_.at_least = true;
      if (!one.length) result_.polls_known = false;
    }
    const ServiceProgress* progress =
        start_.progress != nullptr ? &start_.progress->services[service] : nullptr;
    if (progress != nullptr && progress->requested_at) {
      const Duration passed = std::max(Duration{}, start_.now - *progress->requested_at);
      if (one.length && is_late(passed, *one.length)) result_.at_least = true;
      one.asked = at - passed;
      one.watched = true;
      ++watched_;
      under_way_.push_back(service);
      return;
    }
    const bool look_first = plan_.services[service].deploys_unread && !(progress && progress->live_before);
    for (const std::size_t link : one.links) {
      const WritePhase phase = progress != nullptr ? start_.progress->links[link].phase : WritePhase::waiting;
      if (phase == WritePhase::proved || phase == WritePhase::failed) continue;
      ++one.unproved;
      Group& group = groups_[plan_.links[link].group];
      ++group.coming;
      Duration goes = at;
      // A request on its way may still wait for its window.
      if (phase == WritePhase::waiting || phase == WritePhase::sent) {
        goes = windows_.take(Counted::writes, at);
        if (look_first && link == one.links.front()) {
          goes = windows_.take(Counted::reads, goes) + usual_answer;
          ++result_.deploy_reads;
        }
      }
      come(goes + usual_answer, What::link_answered, link);
    }
    if (one.unproved == 0) come(at, What::linked, service);
  }

  void happen(const Coming& next) {
    switch (next.what) {
      case What::link_answered:
        return link_answered(next.index);
      case What::group_read:
        return read_group(next.index);
      case What::linked:
        return linked(next.index);
      case What::look:
        return look(next.index);
      case What::ended:
        return ended(next.index);
    }
  }

  void link_answered(std::size_t link) {
    const GroupId& id = plan_.links[link].group;
    Group& group = groups_[id];
    --group.coming;
    if (group.waiting.empty()) group.first = now_;
    group.waiting.push_back(plan_.links[link].service);
    services_[plan_.links[link].service].answered = now_;
    group.read_at = group.coming == 0 ? now_ : std::min(now_ + gather, group.first + gather_at_most);
    come(group.read_at, What::group_read, group_numbers_.at(id));
  }

  void read_group(std::size_t number) {
    Group& group = std::next(groups_.begin(), static_cast<std::ptrdiff_t>(number))->second;
    if (group.waiting.empty() || now_ < group.read_at) return;
    const Duration read = windows_.take(Counted::reads, now_) + usual_answer;
    ++result_.link_reads;
    for (const std::size_t service : std::exchange(group.waiting, {})) {
      if (--services_[service].unproved == 0) come(read, What::linked, service);
    }
  }

  /// Whether the deploys are listed again. The plan's list of deploys is as old as the run.
  bool lists_deploys(std::size_t service) const {
    if (services_[service].links.empty()) return true;
    const bool began = start_.progress != nullptr && start_.progress->began_at;
    const Duration run_age = began ? start_.now - *start_.progress->began_at : Duration{};
    return !plan_.services[service].deploys_unread && services_[service].answered + run_age > list_lag;
  }

  void linked(std::size_t service) {
    Service& one = services_[service];
    if (!plan_.services[service].redeploys()) return ended(service);
    Duration goes = now_;
    if (lists_deploys(service)) {
      // The deploys are listed while the group is read back.
      goes = std::max(now_, windows_.take(Counted::reads, std::max(one.answered, begins_at_)) + usual_answer);
      ++result_.deploy_reads;
    }
    one.asked = windows_.take(Counted::nothing, goes);
    one.watched = true;
    ++watched_;
    if (plan_.rollout.gate == model::Gate::started) open(service);
    come(one.asked + usual_answer + delay(service, one.asked + usual_answer), What::look, service);
  }

  Duration delay(std::size_t service, Duration at) const {
    const plan::PlannedService& planned = plan_.services[service];
    const Duration turn = turn_of(watched_, start_.limits.reads);
    const bool crowd = turn > plan_.rollout.poll_interval;
    const bool told = planned.expected_duration || planned.deploys_unread || planned.rebuild ||
                      unbuilt_seen_ || unbuilt_.known() || crowd;
    return next_poll_delay({.elapsed = at - services_[service].asked,
                            .expected = told ? services_[service].length : std::nullopt,
                            .most = plan_.rollout.poll_interval,
                            .turn = turn});
  }

  void look(std::size_t service) {
    Service& one = services_[service];
    const Time at{now_};
    if (const auto later = poll_budget_.take(at, start_.limits.reads, service))
      return come(later->time_since_epoch(), What::look, service);
    const Duration goes = windows_.take(Counted::reads, now_);
    ++result_.polls;
    const Duration answered = goes + usual_answer;
    if (goes - one.asked >= one.length.value_or(Duration{})) return come(answered, What::ended, service);
    come(answered + delay(service, answered), What::look, service);
  }

  void ended(std::size_t service) {
    --active_;
    if (services_[service].watched) {
      --watched_;
      seen_live_.push_back(now_);
    }
    unbuilt_seen_ = unbuilt_seen_ || !plan_.services[service].rebuild;
    open(service);
    begin_ready(now_);
  }

  void open(std::size_t service) {
    for (const std::size_t next : std::exchange(services_[service].dependants, {})) {
      if (services_[next].waits == 0 || --services_[next].waits > 0) continue;
      if (phase_of(next) == ServicePhase::waiting) ready_.emplace(plan_.services[next].wave, next);
    }
    begin_ready(now_);
  }

  /// Reads the owners, then the services and groups, then the rest.
  void prove() {
    if (start_.proof_reads == 0) return;
    Duration last = now_ + 2 * usual_answer;
    const auto too_old =
        std::ranges::count_if(seen_live_, [this](Duration at) { return now_ > at + look_counts_for; });
    for (std::size_t i = 0; i < start_.proof_reads + static_cast<std::size_t>(too_old); ++i)
      last = windows_.take(Counted::reads, last);
    now_ = last + usual_answer;
  }

  const plan::Plan& plan_;
  const CourseStart& start_;
  std::optional<Duration> usual_;
  UnbuiltDeploys unbuilt_;
  bool unbuilt_seen_ = false;
  Windows windows_;
  PollBudget poll_budget_;
  std::vector<Service> services_;
  std::map<GroupId, Group> groups_;
  std::map<GroupId, std::size_t> group_numbers_;
  std::set<std::pair<int, std::size_t>> ready_;  // by wave, then in the file's order
  std::priority_queue<Coming, std::vector<Coming>, std::greater<>> coming_;
  Duration begins_at_{};
  Duration now_{};
  int active_ = 0;
  std::size_t watched_ = 0;
  std::vector<std::size_t> under_way_;  // services whose deploys were requested before
  std::vector<Duration> seen_live_;
  bool known_ = false;
  Course result_;
};

}  // namespace

bool is_late(Duration passed, Duration expected) {
  return passed > expected + expected / 2;
}

std::optional<Duration> usual_length(const plan::Plan& plan) {
  std::vector<Duration> lengths;
  for (const plan::PlannedService& service : plan.services) {
    if (service.redeploys() && service.median_duration) lengths.push_back(*service.median_duration);
  }
  if (lengths.empty()) return std::nullopt;
  const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
  std::ranges::nth_element(lengths, middle);
  return *middle;
}

std::optional<Duration> likely_length(const plan::PlannedService& service, std::optional<Duration> usual) {
  const auto whole = service.deploys_unread ? usual : service.median_duration;
  if (!whole) return std::nullopt;
  return model::deploy_phases(*whole, service.type, service.image_backed).length(service.rebuild);
}

Course course_of(const plan::Plan& plan, const CourseStart& start) {
  return Player(plan, start).play();
}

}  // namespace envlink::engine
