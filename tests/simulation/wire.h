#pragma once
// The network between the engine and the World, in virtual time: delays, broken connections, lost answers,
// late effects, errors. It carries bytes, so request builders and reply parsers take part.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <semaphore>
#include <string>
#include <vector>

#include "choices.h"
#include "emulator/world.h"
#include "engine/ports.h"
#include "scenario.h"

namespace envlink::simulation {

struct Traffic {
  Time at{};
  engine::CallId call = 0;
  api::Request request;
};

struct Listener {
  virtual ~Listener() = default;
  /// `process`: 0, or 1 for the second process.
  virtual void sent(int process, Time at, const api::Request& request) = 0;  // the engine sends it
  virtual void reached(Time at, const api::Request& request,
                       const api::Response& response) = 0;  // the World answered it
  virtual void told(int process, Time at, const api::Request& request,
                    const api::Outcome& outcome) = 0;  // the engine receives it
  virtual void acted(Time) {}                          // a colleague did something
};

/// For one process, or for two threads that take turns: a thread gives way when it waits for the network.
class Wire final : public engine::Transport, public engine::Clock {
 public:
  Wire(const Scenario& scenario, Choices& choices, emulator::World& world, Listener& listener, Time start);

  /// The clock of envlink's machine.
  Time now() override { return now_ + skew_; }
  Time world_now() const { return now_; }
  /// Answers to requests of an earlier activity are dropped.
  void new_activity() { ++party().activity; }
  /// Time passes while no process waits for anything.
  void let_pass(Duration span) { wait_quietly(now() + span); }
  /// The process is gone with its pending answers. A new one starts after `after`, with a clock that is
  /// `skew` off.
  void new_process(Duration after, Duration skew);
  bool kills() { return strikes(scenario_.hostility.kill, kills_left_); }
  /// Whether the user answers a question with no.
  bool declines() { return strikes(scenario_.habits.declines, declines_left_); }
  bool damages_the_history() { return strikes(scenario_.hostility.damage, damages_left_); }
  bool fills_the_disk() { return strikes(scenario_.hostility.disk_full, disk_full_left_); }
  /// Colleagues make one to four changes within this time.
  void colleagues_come(Duration within);
  void look_at_world() { world_.advance(now_); }
  void trouble_begins() { faults_left_ = scenario_.hostility.most_faults; }
  void no_more_trouble() {
    faults_left_ = kills_left_ = interrupts_left_ = disk_full_left_ = declines_left_ = damages_left_ = 0;
  }
  void send(const engine::Call& call) override;
  engine::Arrivals wait(std::optional<Time> until) override;

  /// The process whose turn it is.
  int process() const { return current_; }
  /// A second process starts at `from`. Its thread calls `take_part` first and `leave` last.
  void expect_second(Time from);
  void take_part();
  void leave();
  /// The first process is done: returns when the second one has left.
  void wait_for_second();
  /// Makes the second process leave by throwing Aborted where it waits.
  void abort_second();
  struct Aborted {};

 private:
  struct Flight {
    engine::Call call;
    api::Outcome outcome;
    int ahead = 0;  // number of its pending happenings
    int party = 0;
    int activity = 0;
  };
  struct Party {
    int activity = 0;
    engine::Arrivals arrivals;
    bool waits = false;
    std::optional<Time> until;  // by the machine's clock
    std::binary_semaphore turn{0};
  };
  enum class What { act, serve, serve_and_answer, answer, echo };
  struct Happening {
    Time at{};
    std::uint64_t order = 0;  // breaks ties
    What what = What::act;
    std::size_t index = 0;  // of an act or a flight
    Time back{};            // for serve_and_answer: when the answer arrives
  };
  Party& party() { return parties_[static_cast<std::size_t>(current_)]; }
  Party& other() { return parties_[static_cast<std::size_t>(1 - current_)]; }
  std::optional<Time> wakes_at(const Party& one) const;
  bool is_ready(const Party& one) const;
  engine::Arrivals wait_quietly(std::optional<Time> until);
  void next_thing_happens();
  void hand_over();
  void meddle(Duration within);
  void come_in_before(const api::Request& request, Time there);
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
  std::vector<Act> acts_;
  const std::string authorization_;
  std::string path_;  // of the request being served
  std::vector<Happening> heap_;
  std::uint64_t order_ = 0;
  std::vector<Flight> flights_;
  std::vector<std::size_t> landed_;  // free indexes in flights_
  int faults_left_;
  int kills_left_;
  int interrupts_left_;
  int disk_full_left_;
  int declines_left_ = 2;
  int damages_left_;
  int meddles_left_;
  std::array<Party, 2> parties_;
  int current_ = 0;
  bool second_left_ = false;
  bool aborted_ = false;
  Duration skew_{};
  Time storm_until_{};
  Time asleep_until_{};
};

}  // namespace envlink::simulation
