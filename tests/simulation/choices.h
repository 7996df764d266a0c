#pragma once
// The one source of chance in a simulation: everything drawn comes from the seed, so a seed is the whole
// case.

#include <cstdint>

#include "base/time.h"

namespace envlink::simulation {

class Choices {
 public:
  explicit Choices(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 0x632BE59BD9B4E019ULL) {}

  /// 0 … bound-1
  std::uint64_t pick(std::uint64_t bound) { return next() % bound; }
  bool chance(double probability) { return static_cast<double>(next() >> 11) * 0x1.0p-53 < probability; }
  Duration span(Duration least, Duration most) {
    return least +
           Duration(static_cast<Duration::rep>(pick(static_cast<std::uint64_t>((most - least).count()) + 1)));
  }

 private:
  std::uint64_t next() {  // splitmix64
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
};

}  // namespace envlink::simulation
