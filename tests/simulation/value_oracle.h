#pragma once
// What must hold of a run that changes values, watched on the wire and in the World. Part of the oracles.

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

/// It is about one variable or secret file of a group.
bool is_about_a_value(const api::Request& request);

class ValueOracle {
 public:
  /// By the group's id and the key.
  using Values = std::map<std::pair<std::string, std::string>, std::optional<std::string>>;
  static Values values_in(std::string_view group, std::string_view body);

  ValueOracle(const Scenario& scenario, const emulator::World& world) : scenario_(scenario), world_(world) {}

  /// `planned_from`: as the process was told last. `undone`: of the run that this one rolls back; nullptr: it
  /// rolls back none.
  void run_begins(const plan::Plan& plan, const Values& planned_from, const ValueOracle* undone);
  void goes_on() { shown_.clear(); }
  void kept(const std::vector<engine::PriorValue>& undo);
  void recorded(const engine::Event& event);
  /// One that writes.
  void sent(const api::Request& request) const;
  /// A group as the process was told it.
  void told(const Values& group);
  /// Of a run that ended with success, where nobody else changes values.
  void success_is_true() const;
  /// The deploy is told to be live, where nobody else changes values: it has those of the plan.
  void is_carried(std::size_t deploy) const;
  /// It was rolled back, and nobody else changes values: they are what they were.
  void went_back() const;

 private:
  void is_still_as_planned(const plan::ValueChange& change) const;
  const std::optional<std::string>& target(std::size_t position) const { return targets_.at(position); }
  void all_are_read_back(std::string_view what) const;
  std::optional<std::string> in_world(const std::string& group, const std::string& key) const;

  const Scenario& scenario_;
  const emulator::World& world_;
  const plan::Plan* plan_ = nullptr;
  std::vector<std::optional<std::string>> targets_;  // by position; unset: it is to be unset
  std::vector<bool> open_;                           // intended, and not answered
  std::vector<bool> proved_;
  std::vector<bool> kept_;  // what it was before is in the store
  Values planned_from_;     // what the plan was made from
  Values before_;           // of every group, by its id and the key
  Values shown_;            // as this process was told last
};

}  // namespace envlink::simulation
