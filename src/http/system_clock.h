#pragma once
// The time of day as the engine wants it: taken once at the start and carried on by the steady clock, so that
// it never runs backwards when somebody sets the machine's clock.

#include <chrono>

#include "engine/ports.h"

namespace envlink::http {

class SystemClock final : public engine::Clock {
 public:
  SystemClock();
  Time now() override;

 private:
  Time start_;
  std::chrono::steady_clock::time_point origin_;
};

}  // namespace envlink::http
