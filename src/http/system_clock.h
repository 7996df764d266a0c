#pragma once
// The engine's time: the time of day at the start, advanced by a clock that is never set and that also runs
// while the machine sleeps: a lock may have ended meanwhile.

#include <time.h>

#include <chrono>

#include "engine/ports.h"

namespace envlink::http {

class SystemClock final : public engine::Clock {
 public:
  Time now() override { return start_ + (since_boot() - origin_); }

 private:
  static Duration since_boot() {
#ifdef CLOCK_BOOTTIME
    constexpr clockid_t clock = CLOCK_BOOTTIME;
#else
    constexpr clockid_t clock = CLOCK_MONOTONIC;  // stands still in sleep on Linux, but not on macOS
#endif
    timespec time{};
    clock_gettime(clock, &time);
    return std::chrono::seconds(time.tv_sec) +
           std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(time.tv_nsec));
  }
  const Time start_ = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  const Duration origin_ = since_boot();
};

}  // namespace envlink::http
