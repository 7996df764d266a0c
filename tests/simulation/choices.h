#pragma once
// The only source of randomness in a simulation: a seed, the bytes of a fuzzer, or every possible sequence
// in turn. The choices determine the whole case.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"

namespace envlink::simulation {

class Choices {
 public:
  /// Each variant of a seed makes different choices.
  explicit Choices(std::uint64_t seed, std::uint64_t variant = 0)
      : state_(mixed(mixed(seed) + variant * 0xD1342543DE82EF95ULL)) {}
  /// Reads `bytes`, least significant first. When they are used up, nothing unusual happens any more.
  static Choices from(std::span<const std::uint8_t> bytes) {
    Choices choices(0);
    choices.source_ = Source::bytes;
    choices.bytes_ = bytes;
    return choices;
  }
  /// Every sequence of choices, starting with all zeros: `next_way` moves to the next one, false after the
  /// last. Only picks and chances branch; spans have their minimum.
  static Choices every_way() {
    Choices choices(0);
    choices.source_ = Source::every_way;
    return choices;
  }
  bool tries_every_way() const { return source_ == Source::every_way; }
  bool next_way() {
    while (!ways_.empty() && ways_.back().taken + 1 == ways_.back().of) ways_.pop_back();
    if (ways_.empty()) return false;
    ++ways_.back().taken;
    at_ = 0;
    return true;
  }

  /// 0 … bound-1
  std::uint64_t pick(std::uint64_t bound) {
    if (source_ == Source::every_way) return branch(bound);
    return next() % bound;
  }
  bool chance(double probability) {
    if (probability <= 0) return false;
    if (source_ == Source::every_way) return branch(2) == 1;
    if (source_ == Source::bytes) return byte() % 8 == 7;
    return static_cast<double>(next() >> 11) * 0x1.0p-53 < probability;
  }
  Duration span(Duration least, Duration most) {
    if (source_ == Source::every_way) return least;
    if (source_ == Source::bytes) return least + (most - least) * byte() / 255;
    return least + Duration(static_cast<Duration::rep>(
                       next() % (static_cast<std::uint64_t>((most - least).count()) + 1)));
  }

 private:
  enum class Source { seed, bytes, every_way };
  struct Way {
    std::uint64_t taken;
    std::uint64_t of;
  };
  std::uint64_t branch(std::uint64_t bound) {
    if (at_ == ways_.size()) ways_.push_back({0, bound});
    return ways_[at_++].taken;
  }
  std::uint64_t byte() {
    if (bytes_.empty()) return 0;
    const std::uint64_t value = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return value;
  }
  std::uint64_t next() {
    if (source_ == Source::bytes) return byte();
    return mixed(state_ += 0x9E3779B97F4A7C15ULL);  // splitmix64
  }
  static std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  Source source_ = Source::seed;
  std::uint64_t state_;
  std::span<const std::uint8_t> bytes_;
  std::vector<Way> ways_;
  std::size_t at_ = 0;
};

}  // namespace envlink::simulation
