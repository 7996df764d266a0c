#include "turns.h"

#include <algorithm>
#include <stdexcept>
#include <thread>
#include <utility>

namespace envlink::simulation {

std::optional<std::size_t> Turns::next_party() {
  while (true) {
    std::optional<Time> wake;
    bool any = false;
    // The parties after the current one come first, so that none starves.
    for (std::size_t i = 1; i <= parties_.size(); ++i) {
      const std::size_t index = (current_ + i) % parties_.size();
      const Party& party = *parties_[index];
      if (party.over) continue;
      any = true;
      if (is_due(party)) return index;
      if (party.until) wake = std::min(wake.value_or(*party.until), *party.until);
    }
    if (!any) return std::nullopt;
    if (!due_.empty() && (!wake || due_.begin()->first <= *wake)) {
      auto next = due_.extract(due_.begin());
      now_ = std::max(now_, next.key());
      next.mapped()();
    } else if (wake) {
      now_ = *wake;
    } else {
      throw std::logic_error("every process waits for nothing");
    }
  }
}

void Turns::begin_turn(std::size_t party) {
  current_ = party;
  parties_[party]->turn.release();
}

void Turns::wait(std::optional<Time> until, const std::function<bool()>& ready) {
  const std::size_t mine = current_;
  Party& me = *parties_[mine];
  me.until = until;
  me.ready = ready;
  const std::size_t next = *next_party();
  if (next != mine) {
    begin_turn(next);
    me.turn.acquire();
  }
}

void Turns::run(std::vector<std::function<void()>> bodies) {
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    parties_.push_back(std::make_unique<Party>());
    parties_.back()->until = now_;
  }
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    std::thread([this, i, body = std::move(bodies[i])] {
      Party& me = *parties_[i];
      me.turn.acquire();
      try {
        body();
        me.over = true;
        if (const auto next = next_party()) return begin_turn(*next);
      } catch (...) {
        failure_ = std::current_exception();
      }
      all_over_.release();
    }).detach();
  }
  begin_turn(0);
  all_over_.acquire();
  if (failure_) {
    // The threads of the others stay where they wait.
    for (auto& party : parties_) static_cast<void>(party.release());
    std::rethrow_exception(std::exchange(failure_, nullptr));
  }
  parties_.clear();
}

}  // namespace envlink::simulation
