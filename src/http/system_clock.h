#pragma once
// The engine's time: the time of day when the process started, advanced by a clock that is never set and that
// also runs while the machine sleeps: a lock may have ended meanwhile.

#include <time.h>

#include <chrono>

#include "engine/ports.h"

namespace envlink::http {

class SystemClock final : public engine::Clock {
 public:
  Time now() override { return started().time_of_day + (since_boot() - started().since_boot); }

 private:
  struct Start {
    Time time_of_day = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    Duration since_boot = SystemClock::since_boot();
  };
  /// The same for all clocks of the process.
  static const Start& started() {
    static const Start start;
    return start;
  }
  static Duration since_boot() {
    timespec time{};
    clock_gettime(CLOCK_BOOTTIME, &time);
    return std::chrono::seconds(time.tv_sec) +
           std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(time.tv_nsec));
  }
};

}  // namespace envlink::http
