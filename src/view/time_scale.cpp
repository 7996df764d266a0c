#include "view/time_scale.h"

#include <algorithm>

namespace envlink::view {
namespace {

constexpr double most_for_pauses = 20;  // of 100
constexpr double widest_pause = 3;

double microseconds(Duration span) {
  return static_cast<double>(span.count());
}

Duration step_for(double span, std::size_t most) {
  using namespace std::chrono_literals;
  constexpr Duration steps[] = {10ms, 20ms, 50ms, 100ms, 200ms, 500ms, 1s,    2s, 5s, 10s, 15s,
                                30s,  1min, 2min, 5min,  10min, 15min, 30min, 1h, 2h, 6h};
  for (const Duration step : steps) {
    if (span / microseconds(step) <= static_cast<double>(most)) return step;
  }
  return std::max(Duration(24h), Duration(static_cast<Duration::rep>(span / static_cast<double>(most))));
}

}  // namespace

TimeScale::TimeScale(const RunTimeline& timeline) : timeline_(timeline) {
  worked_ = std::max(1.0, microseconds(timeline.taken()));
  if (!timeline.pauses.empty())
    sliver_ = std::min(widest_pause, most_for_pauses / static_cast<double>(timeline.pauses.size()));
}

double TimeScale::at(Time time) const {
  double shift = 0;
  for (const Pause& pause : timeline_.pauses) {
    if (time >= pause.to) {
      shift += sliver_;
    } else if (time > pause.from) {
      shift += sliver_ * microseconds(time - pause.from) / microseconds(pause.to - pause.from);
    }
  }
  const double room = 100 - sliver_ * static_cast<double>(timeline_.pauses.size());
  return std::clamp(shift + room * microseconds(timeline_.since_began(time)) / worked_, 0.0, 100.0);
}

std::vector<TimeScale::Tick> TimeScale::ticks(std::size_t most) const {
  std::vector<Tick> ticks;
  const Duration step = step_for(worked_, most);
  for (Duration since{0}; microseconds(since) <= worked_; since += step) {
    Time time = timeline_.began + since;
    for (const Pause& pause : timeline_.pauses) {
      if (time >= pause.from) time += pause.to - pause.from;
    }
    ticks.push_back({at(time), since});
  }
  return ticks;
}

std::vector<std::pair<double, double>> TimeScale::pauses() const {
  std::vector<std::pair<double, double>> all;
  for (const Pause& pause : timeline_.pauses) all.emplace_back(at(pause.from), at(pause.to));
  return all;
}

}  // namespace envlink::view
