#pragma once
// When to look at a deploy again: seldom while it is young, often near the time at which it is expected to
// end, and never more than half of what Render lets everybody with this key read.

#include <optional>

#include "base/time.h"

namespace envlink::engine {

/// `awaited`: other services wait for this one. `most`: rollout.poll_interval.
Duration look_again_after(Duration elapsed, std::optional<Duration> expected, bool awaited, Duration most);

/// A token bucket for looks. Refills from what the reads window is known to allow.
class Looks {
 public:
  /// Takes a token, or says when one will be there.
  std::optional<Time> take(Time now, std::optional<int> reads_per_minute);

 private:
  double tokens_ = 0;
  std::optional<Time> filled_at_;
};

}  // namespace envlink::engine
