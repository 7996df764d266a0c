#pragma once
// The engine's time: the time of day at the start, advanced by the steady clock, so that it never runs
// backwards when the machine's clock is set.

#include <chrono>

#include "engine/ports.h"

namespace envlink::http {

class SystemClock final : public engine::Clock {
 public:
  Time now() override {
    return start_ + std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - origin_);
  }

 private:
  const Time start_ = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  const std::chrono::steady_clock::time_point origin_ = std::chrono::steady_clock::now();
};

}  // namespace envlink::http
