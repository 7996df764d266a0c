#pragma once
// What must hold for a run that changes values, checked on the network and in the World.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/world.h"
#include "engine/event.h"
#include "engine/ports.h"
#include "plan/plan.h"
#include "scenario.h"

namespace envlink::simulation {

/// Whether the request is about one variable or secret file of a group.
bool is_about_a_value(const api::Request& request);

class ValueOracle {
 public:
  /// By group id and key; unset: the key does not exist.
  using Values = std::map<std::pair<std::string, std::string>, std::optional<std::string>>;
  static Values values_in(std::string_view group, std::string_view body);

  ValueOracle(const Scenario& scenario, const emulator::World& world) : scenario_(scenario), world_(world) {}

  /// `planned_from`: the values that the process read last. `undone`: the oracle of the run that this one
  /// rolls back; nullptr: none.
  void run_begins(const plan::Plan& plan, const Values& planned_from, const ValueOracle* undone);
  void goes_on() { shown_.clear(); }
  void kept(const std::vector<engine::PriorValue>& undo);
  void recorded(const engine::Event& event);
  /// For a request that writes.
  void sent(const api::Request& request) const;
  /// The process read this group.
  void told(const Values& group);
  /// Requires that the run succeeded and nobody else changes values.
  void success_is_true() const;
  /// The deploy was reported live and nobody else changes values: it must have the values of the plan.
  void is_carried(std::size_t deploy) const;
  /// The run was rolled back and nobody else changes values: they must be as before it.
  void went_back() const;

 private:
  void is_still_as_planned(const plan::ValueChange& change) const;
  const std::optional<std::string>& target(std::size_t position) const { return targets_.at(position); }
  void all_are_read_back(std::string_view what) const;
  std::optional<std::string> in_world(const std::string& group, const std::string& key) const;

  const Scenario& scenario_;
  const emulator::World& world_;
  const plan::Plan* plan_ = nullptr;
  std::vector<std::optional<std::string>> targets_;  // by position; unset: remove the value
  std::vector<bool> open_;                           // intended, not answered yet
  std::vector<bool> proved_;
  std::vector<bool> kept_;  // the old value is in the store
  Values planned_from_;     // the values when the plan was made
  Values before_;           // the values when the run began
  Values shown_;            // the values that this process read last
};

}  // namespace envlink::simulation
