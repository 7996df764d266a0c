#include "engine/polling.h"

#include <algorithm>

namespace envlink::engine {
namespace {

using std::chrono::milliseconds;

constexpr Duration least = milliseconds(250);
constexpr double burst_share = 0.15;   // of the window: may be spent at once
constexpr double steady_share = 0.35;  // of the window: comes back over a minute. Together: half
constexpr double unknown_limit = 60;

Duration share(Duration span, double part) {
  return Duration(static_cast<Duration::rep>(static_cast<double>(span.count()) * part));
}

}  // namespace

Duration look_again_after(Duration elapsed, std::optional<Duration> expected, bool awaited, Duration most) {
  Duration wait = std::max(least, share(elapsed, 0.01));
  if (!awaited) wait *= 2;
  if (expected) {
    const Duration near = share(*expected, 0.9);
    if (elapsed < near) {
      // It may also be quicker than before: look now and then, and in time for the end.
      wait = std::min(std::max(least, share(elapsed, 0.15)), std::max(least, near - elapsed));
    } else if (elapsed < share(*expected, 1.3)) {
      wait = std::clamp(share(*expected, 0.002), least, Duration(milliseconds(1000)));
    }
  }
  return std::clamp(wait, least, std::max(least, most));
}

std::optional<Time> Looks::take(Time now, std::optional<int> reads_per_minute) {
  const double limit = reads_per_minute ? *reads_per_minute : unknown_limit;
  const double capacity = std::max(1.0, limit * burst_share);
  const double per_microsecond = limit * steady_share / 60e6;
  if (!filled_at_) {
    tokens_ = capacity;
  } else if (now > *filled_at_) {
    tokens_ =
        std::min(capacity, tokens_ + per_microsecond * static_cast<double>((now - *filled_at_).count()));
  }
  filled_at_ = now;
  if (tokens_ >= 1) {
    tokens_ -= 1;
    return std::nullopt;
  }
  return now + Duration(static_cast<Duration::rep>((1 - tokens_) / per_microsecond) + 1);
}

}  // namespace envlink::engine
