#pragma once
// When to look at a deploy again: seldom while it is young, often near its expected end. All looks together
// use at most three quarters of the reads that Render allows in a minute.

#include <cstddef>
#include <map>
#include <optional>

#include "base/time.h"

namespace envlink::engine {

struct Watched {
  Duration elapsed{};                  // since the deploy was asked for
  std::optional<Duration> expected{};  // of the whole deploy
  Duration most{};                     // rollout.poll_interval
  Duration turn{};  // in that time each deploy under way gets one look, with what may be read
};

Duration next_poll_delay(const Watched& deploy);

/// `under_way`: deploys. `reads_per_minute`: unset: not known.
Duration turn_of(std::size_t under_way, std::optional<int> reads_per_minute);

/// How long it takes until all polls of a burst are available again.
Duration polls_refill_in();

/// How many looks there are at most in that time.
std::size_t most_polls_in(Duration span, int reads_per_minute);

/// A token bucket for polls. Refills from what the reads window is known to allow.
class PollBudget {
 public:
  /// Takes a token, or says when one will be there. With `who`, that one is kept for it: however many others
  /// look, everyone gets its turn.
  std::optional<Time> take(Time now, std::optional<int> reads_per_minute,
                           std::optional<std::size_t> who = std::nullopt);

 private:
  void fill(Time now, double limit);

  double tokens_ = 0;  // below nothing: promised
  std::optional<Time> filled_at_;
  std::map<std::size_t, Time> promised_;
};

}  // namespace envlink::engine
