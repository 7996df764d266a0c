#include "view/rollout_status.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <queue>
#include <set>
#include <utility>
#include <vector>

#include "base/text.h"
#include "view/layout.h"

namespace envlink::view {
namespace {

using engine::ServiceOutcome;
using engine::ServicePhase;
using engine::WritePhase;
using model::DeployStatus;

constexpr std::size_t most_names = 2;  // of those that a line of the frame names
constexpr std::size_t narrow = 60;     // columns

/// The length of what all names begin with, up to and with the last separator in it; never a whole name.
std::size_t common_start(const plan::Plan& plan, const std::vector<std::size_t>& services) {
  if (services.size() < 2) return 0;
  std::string_view common = plan.services[services.front()].name;
  for (const auto service : services) {
    const std::string_view name = plan.services[service].name;
    const auto most = std::min(common.size(), name.empty() ? 0 : name.size() - 1);
    const auto differs =
        std::mismatch(common.begin(), common.begin() + static_cast<std::ptrdiff_t>(most), name.begin());
    common = common.substr(0, static_cast<std::size_t>(differs.first - common.begin()));
  }
  const auto separator = common.find_last_of("-_./");
  return separator == std::string_view::npos ? 0 : separator + 1;
}

/// So much longer than the last ones that it is worth a look.
bool is_late(Duration passed, Duration expected) {
  return passed > expected + expected / 2;
}

/// Plays the rest of the rollout: who is ready goes as soon as there is room, in the plan's order.
class Rest {
 public:
  Rest(const plan::Plan& plan, const engine::Progress& progress, Time now)
      : plan_(plan),
        progress_(progress),
        now_(now),
        scale_(scale()),
        waits_(plan.services.size()),
        dependants_(plan.services.size()) {
    const bool nothing_new = progress.failed() && plan.rollout.on_failure != model::OnFailure::continue_;
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
      const ServicePhase phase = progress.services[i].phase;
      if (!plan.services[i].redeploys() || phase == ServicePhase::ended) continue;
      if (phase != ServicePhase::waiting) run(i, since_asked(i));
      if (phase == ServicePhase::waiting && !nothing_new) hold(i);
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
      const auto taken = time_taken(service);
      if (planned.expected_duration || !planned.median_duration || !taken ||
          !engine::succeeded(service.outcome))
        continue;
      took += static_cast<double>(taken->count());
      usually += static_cast<double>(planned.median_duration->count());
    }
    return took > 0 && usually > 0 ? took / usually : 1;
  }

  std::optional<Duration> length(std::size_t service) const {
    const auto& planned = plan_.services[service];
    if (planned.expected_duration || !planned.median_duration) return planned.expected_duration;
    return Duration(
        static_cast<Duration::rep>(static_cast<double>(planned.median_duration->count()) * scale_));
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

std::string status_words(DeployStatus status, std::string_view text, const Style& style) {
  constexpr std::string_view words[] = {"deploy created",
                                        "queued",
                                        "building",
                                        "running its pre-deploy command",
                                        "starting",
                                        "live",
                                        "replaced by a newer deploy",
                                        "build failed",
                                        "pre-deploy command failed",
                                        "failed to start",
                                        "canceled",
                                        "failed",
                                        "deploying"};
  const bool unknown = status == DeployStatus::unknown_failed || status == DeployStatus::unknown_running;
  if (unknown && !text.empty()) return safe(text, style, 40);
  return std::string(words[static_cast<std::size_t>(status)]);
}

std::optional<Duration> time_taken(const engine::ServiceProgress& service) {
  if (!service.requested_at || !service.ended_at) return std::nullopt;
  return *service.ended_at - *service.requested_at - service.paused;
}

std::optional<Duration> time_taken(const engine::Progress& progress) {
  if (!progress.began_at || !progress.ended_at) return std::nullopt;
  return *progress.ended_at - *progress.began_at - progress.paused;
}

std::string failure_reason(const engine::ServiceProgress& service) {
  return service.told_reason.empty() ? service.reason : service.told_reason;
}

const std::string& failure_cure(const engine::ServiceProgress& service) {
  return service.no_log.empty() ? service.cure : service.no_log;
}

std::vector<std::string> names_of(const plan::Plan& plan, const std::vector<std::size_t>& services,
                                  const Style& style) {
  std::vector<std::string> names;
  for (const std::size_t service : services) names.push_back(safe(plan.services[service].name, style));
  return names;
}

std::vector<std::vector<std::size_t>> awaited_by(const plan::Plan& plan) {
  std::vector<std::vector<std::size_t>> awaited(plan.services.size());
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    for (const std::size_t before : plan.services[i].waits_for) awaited[before].push_back(i);
  }
  return awaited;
}

std::string outcome_words(const engine::ServiceProgress& service, const Style& style) {
  const auto taken = time_taken(service);
  const auto with_time = [&](std::string_view words, std::string_view preposition) {
    return taken ? fmt::format("{} {} {}", words, preposition, format_duration(*taken)) : std::string(words);
  };
  switch (service.outcome) {
    case ServiceOutcome::none:
      return {};
    case ServiceOutcome::live:
      return with_time("live", "in");
    case ServiceOutcome::linked:
      return "links done, no redeploy";
    case ServiceOutcome::superseded:
      return with_time("live", "in") + ", then replaced by a newer deploy";
    case ServiceOutcome::failed: {
      const bool told = class_of(service.status) == model::DeployClass::failed;
      return told ? status_words(service.status, service.status_text, style) : "failed";
    }
    case ServiceOutcome::canceled:
      return "canceled";
    case ServiceOutcome::timed_out:
      return with_time("still running", "after");
    case ServiceOutcome::unsettled:
      return "outcome unknown";
    case ServiceOutcome::not_started:
      return "not started";
  }
  return {};
}

RolloutStatus::RolloutStatus(const plan::Plan& plan, const engine::Progress& progress, const Style& style)
    : plan_(plan), progress_(progress), style_(style) {
  std::vector<bool> relinked(plan.services.size());
  for (std::size_t i = 0; i < plan.links.size(); ++i) {
    relinked[plan.links[i].service] = true;
    links_proved_ += progress.links[i].phase == WritePhase::proved ? 1 : 0;
  }
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    const auto& service = plan.services[i];
    if (!service.redeploys() && !relinked[i]) continue;
    concerned_.push_back(i);
    if (!service.redeploys()) continue;
    ++redeploying_;
    const auto place = group_of(i);
    ++counts_[static_cast<std::size_t>(place)];
    const bool open = place == ServiceStatusGroup::running || place == ServiceStatusGroup::waiting;
    if (open && (wave_ == 0 || service.wave < wave_)) wave_ = service.wave;
  }
  const auto rank = [&](std::size_t service) {
    return plan.services[service].redeploys() ? plan.services[service].wave : std::numeric_limits<int>::max();
  };
  std::stable_sort(concerned_.begin(), concerned_.end(),
                   [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
  if (style.width < narrow) common_ = common_start(plan, concerned_);
}

std::string RolloutStatus::name(std::size_t service) const {
  const auto& whole = plan_.services[service].name;
  if (common_ == 0 || common_ >= whole.size()) return safe(whole, style_);
  return cut_mark(style_) + safe(std::string_view(whole).substr(common_), style_);
}

ServiceStatusGroup RolloutStatus::group_of(std::size_t service) const {
  const auto& progress = progress_.services[service];
  if (progress.phase == ServicePhase::unchanged) return ServiceStatusGroup::done;
  if (progress.phase == ServicePhase::waiting) return ServiceStatusGroup::waiting;
  if (progress.phase != ServicePhase::ended) return ServiceStatusGroup::running;
  if (succeeded(progress.outcome)) return ServiceStatusGroup::done;
  const bool begun = progress.outcome != ServiceOutcome::not_started;
  return begun ? ServiceStatusGroup::failed : ServiceStatusGroup::not_started;
}

std::vector<std::size_t> RolloutStatus::failed() const {
  std::vector<std::size_t> failed;
  for (const std::size_t service : concerned_) {
    if (group_of(service) == ServiceStatusGroup::failed) failed.push_back(service);
  }
  return failed;
}

std::string RolloutStatus::linking_words(std::size_t service) const {
  std::vector<std::string> names;
  bool adds = false;
  for (std::size_t i = 0; i < plan_.links.size(); ++i) {
    const auto& link = plan_.links[i];
    if (link.service != service || progress_.links[i].phase == WritePhase::proved) continue;
    adds = adds || link.action == plan::LinkAction::add;
    names.push_back(safe(link.group_name, style_));
  }
  if (names.empty()) return "linked";
  return (adds ? "linking " : "unlinking ") + join_and(names, most_names);
}

std::string RolloutStatus::waiting_words(std::size_t service) const {
  std::vector<std::string> names;
  for (const auto other : plan_.services[service].waits_for) {
    const bool started = progress_.services[other].phase >= ServicePhase::watching;
    const bool enough = plan_.rollout.gate == model::Gate::started && started;
    if (group_of(other) != ServiceStatusGroup::done && !enough) names.push_back(name(other));
  }
  return names.empty() ? "waiting for its turn" : "waiting for " + join_and(names, most_names);
}

std::string RolloutStatus::running_words(std::size_t service, Time now) const {
  const auto& progress = progress_.services[service];
  switch (progress.phase) {
    case ServicePhase::linking:
      return linking_words(service);
    case ServicePhase::looking:
      return "checking its deploys";
    case ServicePhase::requesting:
      return progress.attempts > 1 ? fmt::format("requesting a deploy, attempt {}", progress.attempts)
                                   : "requesting a deploy";
    case ServicePhase::settling:
      return "looking for its deploy";
    case ServicePhase::checking:
      return "live, checking its health path";
    default:
      break;
  }
  auto words = status_words(progress.status, progress.status_text, style_);
  if (!progress.requested_at || !model::is_running(progress.status)) return words;
  const auto passed = now - *progress.requested_at;
  words += " " + clock_text(passed);
  if (const auto& expected = plan_.services[service].expected_duration) {
    words += (is_late(passed, *expected) ? ", usually ~" : " of ~") + clock_text(*expected);
  }
  return words;
}

bool RolloutStatus::late(std::size_t service, Time now) const {
  const auto& progress = progress_.services[service];
  const auto& expected = plan_.services[service].expected_duration;
  return progress.requested_at && expected && progress.phase == ServicePhase::watching &&
         is_late(now - *progress.requested_at, *expected);
}

ServiceLabel RolloutStatus::state(std::size_t service, Time now) const {
  const auto& progress = progress_.services[service];
  switch (group_of(service)) {
    case ServiceStatusGroup::waiting:
      return {Symbol::waiting, Colour::quiet, waiting_words(service)};
    case ServiceStatusGroup::running:
      return {Symbol::running, late(service, now) ? Colour::caution : Colour::busy,
              running_words(service, now)};
    case ServiceStatusGroup::done:
      return {Symbol::good, Colour::good, outcome_words(progress, style_)};
    case ServiceStatusGroup::not_started:
      return {Symbol::skipped, Colour::quiet, outcome_words(progress, style_)};
    case ServiceStatusGroup::failed:
      break;
  }
  const bool open =
      progress.outcome == ServiceOutcome::timed_out || progress.outcome == ServiceOutcome::unsettled;
  auto words = outcome_words(progress, style_);
  // The status of a deploy says enough; where none was made the reason has to.
  if (progress.deploy.empty() && !progress.reason.empty()) words += ": " + safe(progress.reason, style_);
  return {open ? Symbol::caution : Symbol::bad, open ? Colour::caution : Colour::bad, std::move(words)};
}

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
