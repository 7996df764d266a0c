#include "engine/polling.h"

#include <algorithm>

namespace envlink::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration least = milliseconds(250);
constexpr double burst_share = 0.25;  // of the window: may be spent at once
constexpr double steady_share = 0.5;  // of the window: refilled over a minute. Together: three quarters
// A crowd of deploys shares this part of the window. The rest is for deploys that end at the same time.
constexpr double crowd_share = 0.35;
constexpr int unknown_limit = 60;
constexpr double a_minute = 60e6;  // in units of Duration

Duration share(Duration span, double part) {
  return Duration(static_cast<Duration::rep>(static_cast<double>(span.count()) * part));
}

// Durations vary: one deploy in three differs from the last ones by a tenth.
constexpr double late_share = 1.25;  // of the expected length: not late up to here
constexpr Duration near_most = milliseconds(1600);

/// From this age on, the deploy may end. For a short deploy, an extra poll costs more than a slightly late
/// one.
Duration near_end(Duration expected) {
  const double minutes = std::min(1.0, static_cast<double>(expected.count()) / a_minute);
  return share(expected, 0.94 - 0.1 * minutes);
}

/// The median end is seen half an interval late: one second.
Duration without_expectation(Duration elapsed) {
  return std::min(share(elapsed, 0.25), Duration(seconds(2)));
}

/// Equal steps of at most `longest`, so that the last poll comes when the deploy may end.
Duration before_its_time(Duration left, Duration longest) {
  const auto looks = (left + longest - Duration(1)) / longest;
  return left / looks;
}

/// With too many deploys for frequent polls: polls each when it has probably ended, then a little later each
/// time.
Duration in_a_crowd(const Watched& deploy) {
  constexpr Duration longest = std::chrono::minutes(5);
  if (deploy.expected) {
    const Duration over = share(*deploy.expected, 1.03) + Duration(seconds(1));
    if (deploy.elapsed < over) return std::min(over - deploy.elapsed, std::max(longest, deploy.most));
  }
  return std::min(std::max(Duration(seconds(2)), share(deploy.elapsed, 0.15)), deploy.turn);
}

}  // namespace

Duration next_poll_delay(const Watched& deploy) {
  const Duration most = std::max(least, deploy.most);
  if (deploy.turn > most) return std::max(least, in_a_crowd(deploy));
  Duration wait = without_expectation(deploy.elapsed);
  if (deploy.expected) {
    const Duration near = near_end(*deploy.expected);
    if (deploy.elapsed < near) return std::max(least, before_its_time(near - deploy.elapsed, most));
    if (deploy.elapsed < share(*deploy.expected, late_share))
      wait = std::clamp(*deploy.expected / 6, least, near_most);
  }
  return std::clamp(wait, least, most);
}

Duration turn_of(std::size_t under_way, std::optional<int> reads_per_minute) {
  const double a_look = a_minute / (reads_per_minute.value_or(unknown_limit) * crowd_share);
  return Duration(static_cast<Duration::rep>(static_cast<double>(under_way) * a_look));
}

Duration polls_refill_in() {
  return Duration(static_cast<Duration::rep>(burst_share / steady_share * a_minute));
}

std::size_t most_polls_in(Duration span, int reads_per_minute) {
  const double minutes = static_cast<double>(span.count()) / a_minute;
  return static_cast<std::size_t>(reads_per_minute * (burst_share + steady_share * minutes));
}

void PollBudget::fill(Time now, double limit) {
  const double capacity = std::max(1.0, limit * burst_share);
  if (!filled_at_) {
    tokens_ = capacity;
  } else if (now > *filled_at_) {
    const auto passed = static_cast<double>((now - *filled_at_).count());
    tokens_ = std::min(capacity, tokens_ + limit * steady_share / a_minute * passed);
  }
  filled_at_ = now;
}

std::optional<Time> PollBudget::take(Time now, std::optional<int> reads_per_minute,
                                     std::optional<std::size_t> who) {
  const double limit = reads_per_minute.value_or(unknown_limit);
  fill(now, limit);
  if (const auto promise = who ? promised_.find(*who) : promised_.end(); promise != promised_.end()) {
    if (now < promise->second) return promise->second;
    promised_.erase(promise);
    return std::nullopt;
  }
  tokens_ -= 1;
  if (tokens_ >= 0) return std::nullopt;
  const Time later =
      now + Duration(static_cast<Duration::rep>(-tokens_ / (limit * steady_share / a_minute)) + 1);
  if (who) {
    promised_.emplace(*who, later);
  } else {
    tokens_ += 1;
  }
  return later;
}

}  // namespace envlink::engine
