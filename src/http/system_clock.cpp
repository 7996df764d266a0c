#include "http/system_clock.h"

namespace envlink::http {

SystemClock::SystemClock()
    : start_(std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now())),
      origin_(std::chrono::steady_clock::now()) {}

Time SystemClock::now() {
  return start_ + std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - origin_);
}

}  // namespace envlink::http
