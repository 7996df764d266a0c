#pragma once
// When to poll a deploy again: seldom while it is young, often near its expected end. All polls together use
// at most three quarters of the reads that Render allows in a minute.

#include <cstddef>
#include <map>
#include <optional>

#include "base/time.h"

namespace envlink::engine {

struct Watched {
  Duration elapsed{};                  // since the deploy was requested
  std::optional<Duration> expected{};  // of the whole deploy
  Duration most{};                     // rollout.poll_interval
  Duration turn{};                     // time in which every deploy in progress can be polled once
};

Duration next_poll_delay(const Watched& deploy);

/// `under_way`: number of deploys. `reads_per_minute`: unset if unknown.
Duration turn_of(std::size_t under_way, std::optional<int> reads_per_minute);

/// How long it takes until a full burst of polls is available again.
Duration polls_refill_in();

/// The most polls possible in that time.
std::size_t most_polls_in(Duration span, int reads_per_minute);

/// A token bucket for polls, refilled from the known limit of reads.
class PollBudget {
 public:
  /// Takes a token, or returns when the next one is free. With `who`, that token is reserved, so that
  /// everyone gets a turn.
  std::optional<Time> take(Time now, std::optional<int> reads_per_minute,
                           std::optional<std::size_t> who = std::nullopt);

 private:
  void fill(Time now, double limit);

  double tokens_ = 0;  // negative: reserved
  std::optional<Time> filled_at_;
  std::map<std::size_t, Time> promised_;
};

}  // namespace envlink::engine
