#pragma once
// When to look at a deploy again: seldom while it is young, often near the time at which it is expected to
// end, and never more than half of what Render lets everybody with this key read.

#include <cstddef>
#include <map>
#include <optional>

#include "base/time.h"

namespace envlink::engine {

/// `awaited`: other services wait for this one. `most`: rollout.poll_interval.
Duration next_poll_delay(Duration elapsed, std::optional<Duration> expected, bool awaited, Duration most);

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
