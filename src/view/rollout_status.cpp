#include "view/rollout_status.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "base/text.h"
#include "engine/course.h"
#include "view/layout.h"

namespace envlink::view {
namespace {

using engine::ServiceOutcome;
using engine::ServicePhase;
using engine::WritePhase;
using model::DeployStatus;

constexpr std::size_t most_names = 2;  // per line of the frame
constexpr std::size_t narrow = 60;     // columns

/// The length of the names' common prefix, up to and including its last separator; never a whole name.
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

std::string linked_words(const plan::Plan& plan, std::size_t service) {
  bool adds = false;
  bool removes = false;
  for (const plan::LinkChange& link : plan.links) {
    if (link.service == service) (link.action == plan::LinkAction::add ? adds : removes) = true;
  }
  return fmt::format("{}, not redeployed", adds && removes ? "links changed"
                                           : removes       ? "unlinked"
                                                           : "linked");
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
      return "links changed, not redeployed";
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
    words += (engine::is_late(passed, *expected) ? ", usually ~" : " of ~") + clock_text(*expected);
  }
  return words;
}

bool RolloutStatus::late(std::size_t service, Time now) const {
  const auto& progress = progress_.services[service];
  const auto& expected = plan_.services[service].expected_duration;
  return progress.requested_at && expected && progress.phase == ServicePhase::watching &&
         engine::is_late(now - *progress.requested_at, *expected);
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
      return {Symbol::good, Colour::good,
              progress.outcome == ServiceOutcome::linked ? linked_words(plan_, service)
                                                         : outcome_words(progress, style_)};
    case ServiceStatusGroup::not_started:
      return {Symbol::skipped, Colour::quiet, outcome_words(progress, style_)};
    case ServiceStatusGroup::failed:
      break;
  }
  const bool open =
      progress.outcome == ServiceOutcome::timed_out || progress.outcome == ServiceOutcome::unsettled;
  auto words = outcome_words(progress, style_);
  // The status of a deploy says enough. Without a deploy the reason is needed.
  if (progress.deploy.empty() && !progress.reason.empty()) words += ": " + safe(progress.reason, style_);
  return {open ? Symbol::caution : Symbol::bad, open ? Colour::caution : Colour::bad, std::move(words)};
}

std::optional<TimeLeft> time_left(const plan::Plan& plan, const engine::Progress& progress, Time now,
                                  const Spent& spent) {
  if (!progress.began_at || progress.ended_at || progress.interrupts > 0) return std::nullopt;
  const auto course = engine::course_of(plan, {.progress = &progress,
                                               .now = now,
                                               .reads_spent = spent.reads,
                                               .writes_spent = spent.writes,
                                               .limits = spent.limits});
  if (!course.takes) return std::nullopt;
  return TimeLeft{*course.takes, course.at_least};
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
