#include "engine/polling.h"

#include <algorithm>

namespace envlink::engine {
namespace {

using std::chrono::milliseconds;

constexpr Duration least = milliseconds(250);
constexpr double burst_share = 0.15;   // of the window: may be spent at once
constexpr double steady_share = 0.35;  // of the window: comes back over a minute. Together: half
constexpr double unknown_limit = 60;
constexpr double a_minute = 60e6;  // of Duration

Duration share(Duration span, double part) {
  return Duration(static_cast<Duration::rep>(static_cast<double>(span.count()) * part));
}

// Without knowing how long it takes, a look costs a few percent of the time that has passed, so the end is
// seen within a few percent of the build's length. Below half a minute a second is near enough.
Duration without_expectation(Duration elapsed) {
  return std::max(std::min(share(elapsed, 0.25), Duration(std::chrono::seconds(1))), share(elapsed, 0.03));
}

}  // namespace

Duration next_poll_delay(Duration elapsed, std::optional<Duration> expected, bool awaited, Duration most) {
  Duration wait = std::max(least, without_expectation(elapsed));
  if (!awaited) wait *= 2;
  if (expected) {
    const Duration near = share(*expected, 0.9);
    if (elapsed < near) {
      // It may also be quicker than before: look now and then, and in time for the end.
      const Duration seldom = std::max(share(*expected, 0.03), share(elapsed, 0.15));
      wait = std::min(std::max(least, seldom), std::max(least, near - elapsed));
    } else if (elapsed < share(*expected, 1.3)) {
      wait = std::clamp(share(*expected, 0.002), least, Duration(milliseconds(1000)));
    }
  }
  return std::clamp(wait, least, std::max(least, most));
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
  const double limit = reads_per_minute ? *reads_per_minute : unknown_limit;
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
