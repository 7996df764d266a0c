#pragma once
// The time of day as the engine wants it: taken once at the start and carried on by the steady clock, so that
// it never runs backwards when somebody sets the machine's clock.

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
