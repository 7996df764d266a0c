#pragma once
// The wire between the engine and the World, in virtual time: delays, cuts, lost answers, late effects,
// errors. It carries bytes: what the request builders wrote is what the World parses, and the other way
// round.

#include <cstddef>
#include <cstdint>
#include <optional>
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

  /// The clock of the machine envlink runs on.
  Time now() override { return now_ + skew_; }
  Time world_now() const { return now_; }
  /// Every activity has a wire of its own: what was on its way to the one before is lost.
  void new_activity() { ++process_; }
  /// Nobody waits for anything meanwhile.
  void let_pass(Duration span) { wait(now() + span); }
  /// The process is gone, with all that it waited for; a new one begins `after`, its clock `skew` off.
  void new_process(Duration after, Duration skew);
  bool kills() { return strikes(scenario_.hostility.kill, kills_left_); }
  void trouble_begins() { faults_left_ = scenario_.hostility.most_faults; }
  void no_more_trouble() { faults_left_ = kills_left_ = 0; }
  void send(const engine::Call& call) override;
  engine::Arrivals wait(std::optional<Time> until) override;

 private:
  /// A request on its way, and what will be told of it.
  struct Flight {
    engine::Call call;
    api::Outcome outcome;
    int ahead = 0;  // happenings that still look at it
    int process = 0;
  };
  enum class What { act, serve, serve_and_answer, answer, echo };
  struct Happening {
    Time at{};
    std::uint64_t order = 0;  // breaks ties
    What what = What::act;
    std::size_t index = 0;  // of an act or a flight
    Time back{};            // serve_and_answer: when the answer is there
  };
  std::size_t take_off(const engine::Call& call);
  void at(Time time, What what, std::size_t index, Time back = {});
  void answer(Time time, std::size_t flight, api::Outcome outcome);
  void happen(const Happening& happening);
  api::Response serve(const api::Request& request);
  void act(const Act& act);
  bool strikes(double probability, int& left) {
    if (probability == 0 || left <= 0 || !choices_.chance(probability)) return false;
    --left;
    return true;
  }

  const Scenario& scenario_;
  Choices& choices_;
  emulator::World& world_;
  Listener& listener_;
  Time now_;
  const std::string authorization_;
  std::string path_;  // of the request that is served
  std::vector<Happening> heap_;
  std::uint64_t order_ = 0;
  std::vector<Flight> flights_;
  std::vector<std::size_t> landed_;  // places in flights_ that are free again
  int faults_left_;
  int kills_left_;
  int process_ = 0;
  Duration skew_{};
  Time storm_until_{};
  Time asleep_until_{};
  engine::Arrivals arrivals_;
};

}  // namespace envlink::simulation
