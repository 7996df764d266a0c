#pragma once
// The wire between the engine and the World, in virtual time: delays, cuts, lost answers, late effects,
// errors. It carries bytes: what the request builders wrote is what the World parses, and the other way
// round.

#include <functional>
#include <string>
#include <vector>

#include "choices.h"
#include "emulator/world.h"
#include "engine/port.h"
#include "scenario.h"

namespace envlink::simulation {

struct Traffic {
  Time at{};
  engine::CallId call = 0;
  api::Request request;
};

/// What the oracles listen to.
struct Listener {
  virtual ~Listener() = default;
  virtual void sent(Time at, const api::Request& request) = 0;  // leaves the engine
  virtual void reached(Time at, const api::Request& request,
                       const api::Response& response) = 0;  // took effect
  virtual void told(Time at, const api::Request& request,
                    const api::Outcome& outcome) = 0;  // reaches the engine
};

class Wire final : public engine::Transport, public engine::Clock {
 public:
  Wire(const Scenario& scenario, Choices& choices, emulator::World& world, Listener& listener, Time start);

  Time now() override { return now_; }
  void send(const engine::Call& call) override;
  engine::Arrivals wait(std::optional<Time> until) override;

 private:
  struct Happening {
    Time at{};
    std::uint64_t order = 0;  // breaks ties
    std::function<void()> run;
  };
  void at(Time time, std::function<void()> run);
  void answer(Time at, const engine::Call& call, api::Outcome outcome);
  api::Response serve(const api::Request& request);
  void act(const Act& act);

  const Scenario& scenario_;
  Choices& choices_;
  emulator::World& world_;
  Listener& listener_;
  Time now_;
  std::vector<Happening> heap_;
  std::uint64_t order_ = 0;
  int faults_left_;
  engine::Arrivals arrivals_;
};

}  // namespace envlink::simulation
