#pragma once
// Several processes in one virtual time. Each has a thread, but they take turns: one runs until it waits,
// then the one that wakes first goes on. So a seed decides everything.

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <semaphore>
#include <vector>

#include "base/time.h"

namespace envlink::simulation {

class Turns {
 public:
  explicit Turns(Time start) : now_(start) {}
  Time now() const { return now_; }
  /// `what` happens at that time, between two turns.
  void at(Time time, std::function<void()> what) { due_.emplace(time, std::move(what)); }
  /// Returns when all bodies have returned. Throws what one of them threw; the others then never go on.
  void run(std::vector<std::function<void()>> bodies);
  /// Called by a body: returns at `until`, or earlier once `ready` is true. One of them must come true.
  void wait(std::optional<Time> until, const std::function<bool()>& ready);
  void pause(Duration span) {
    wait(now_ + span, [] { return false; });
  }

 private:
  struct Party {
    std::optional<Time> until{};
    std::function<bool()> ready{};
    bool over = false;
    std::binary_semaphore turn{0};
  };
  bool is_due(const Party& party) const {
    return (party.ready && party.ready()) || (party.until && *party.until <= now_);
  }
  /// Time passes until a party is due; its index. Without parties: nullopt.
  std::optional<std::size_t> next_party();
  void begin_turn(std::size_t party);

  Time now_;
  std::multimap<Time, std::function<void()>> due_;
  std::vector<std::unique_ptr<Party>> parties_;
  std::size_t current_ = 0;
  std::binary_semaphore all_over_{0};
  std::exception_ptr failure_;
};

}  // namespace envlink::simulation
