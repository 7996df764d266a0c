#pragma once
// Where a time stands on a line from 0 to 100. Pauses, in which nobody worked at a run, take a sliver each.

#include <cstddef>
#include <utility>
#include <vector>

#include "view/run_timeline.h"

namespace envlink::view {

class TimeScale {
 public:
  explicit TimeScale(const RunTimeline& timeline);

  double at(Time time) const;
  struct Tick {
    double at = 0;
    Duration since{};  // the run began, pauses left out
  };
  /// At round spans, at most `most` of them.
  std::vector<Tick> ticks(std::size_t most) const;
  std::vector<std::pair<double, double>> pauses() const;

 private:
  const RunTimeline& timeline_;
  double worked_ = 1;  // microseconds
  double sliver_ = 0;
};

}  // namespace envlink::view
