#pragma once
// What must always hold, watched from outside: on the wire and in the World, never inside the engine.

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/world.h"
#include "engine/event.h"
#include "hold_oracle.h"
#include "journal_watch.h"
#include "look_oracle.h"
#include "model/outcome.h"
#include "only_oracle.h"
#include "plan/plan.h"
#include "rate_oracle.h"
#include "rollback_oracle.h"
#include "scenario.h"
#include "value_oracle.h"
#include "violation.h"
#include "wire.h"

namespace envlink::simulation {

/// Stands in every variable of a simulated workspace.
constexpr std::string_view planted_secret = "planted-secret-7c1e";

/// The text that the journal keeps of it tells no secret (invariant 7), and is read as what it was (invariant
/// 6).
void event_survives(const engine::Event& event, bool reads_text = true);

class Oracles final : public Listener {
 public:
  Oracles(const Scenario& scenario, const emulator::World& world, Time start);

  /// A run begins: from now on it is `plan` that is carried out. A run that goes on is no new one.
  void run_begins(const plan::Plan& plan, Time now, std::int64_t run, int process = 0);
  void run_goes_on(const plan::Plan& plan, std::int64_t run, int process = 0);
  void reading_begins(int process = 0);
  /// The next one does not begin in a fresh window, and reads links back by itself.
  void process_ended(int process = 0);
  /// The store holds them from now on.
  void kept(const std::vector<engine::PriorValue>& undo) { run().values.kept(undo); }
  void recorded(const std::vector<engine::Event>& events);
  void sent(int process, Time at, const api::Request& request) override;
  void acted(Time at) override { last_act_ = at; }
  /// When a colleague did something last.
  Time last_act() const { return last_act_; }
  void reached(Time at, const api::Request& request, const api::Response& response) override;
  void told(int process, Time at, const api::Request& request, const api::Outcome& outcome) override;
  void run_ended(model::Outcome outcome) const;
  /// A success was reported: whoever reported it has read the links since it last wrote anything.
  void success_was_read_back() const;
  /// `run` was rolled back: the workspace is as it was before it.
  void went_back(std::int64_t run) const;
  /// Of a run that was rolled back: no service runs, since then, with a group that was taken from it again.
  void links_are_out_of_use(std::int64_t run, const plan::Plan& plan) const;
  /// All trouble is over and nobody interfered: the end is that of a run without trouble.
  void end_as_without_trouble(const plan::Plan& plan, model::Outcome outcome) const;

  std::size_t requests() const { return requests_; }

 private:
  void links_read_back_first(std::size_t service) const;           // invariant 1
  void dependencies_passed_the_gate(std::size_t service) const;    // invariant 2
  void one_deploy_each() const;                                    // invariant 3
  void within_the_budget() const;                                  // invariant 4
  void only_links_of_the_plan(const api::Request& request) const;  // invariant 5
  void success_is_true() const;                                    // exit 0 means what it says
  void runs_with_its_links(const engine::ServiceEnded& ended) const;
  std::size_t services() const { return scenario_.workspace.services.size(); }
  std::size_t planned(std::string_view id) const;
  std::size_t link_of(const plan::LinkChange& change) const;
  bool carries(const emulator::World::DeployView& deploy, std::size_t service) const;
  /// Does `holds` say so of any deploy?
  bool any_deploy(auto holds) const;

  const Scenario& scenario_;
  const emulator::World& world_;
  const plan::Plan* plan_ = nullptr;
  const plan::Plan* proved_ = nullptr;  // that was carried out before the last reading
  Time start_;
  bool alone_in_its_window_ = true;
  std::size_t deploys_before_;  // those that served when it began
  /// Of a service of the workspace, by envlink.
  struct Deploys {
    int asked = 0;
    int rollbacks = 0;
  };
  std::vector<Deploys> allowed_;
  std::vector<std::size_t> place_;  // of the plan's services: where they stand in the workspace
  // Group by group, service by service.
  std::vector<bool> shown_;                     // as the last read of the group told
  std::vector<std::array<bool, 2>> ever_read_;  // of each link since it was written: not shown, shown
  std::map<std::size_t, Time> read_back_;       // by service: its links, by Render's clock in whole seconds
  std::vector<int> newest_read_;                // of each group: the number of that answer
  std::array<ValueOracle::Values, 2> told_values_;  // to each process, by its last reading of each group
  std::size_t requests_ = 0;
  Time last_act_ = Time::min();
  /// What must be known of a run for as long as it may go on or be rolled back.
  struct Run {
    JournalWatch journal;
    RollbackOracle rollback;
    ValueOracle values;
    HoldOracle holds;
    Time began{};
    std::vector<bool> links_before;  // group by group, service by service
    std::size_t deploys_before = 0;
    Time last_sent{};
  };
  Run& run() { return runs_.at(run_); }

  std::map<std::int64_t, Run> runs_;  // by their numbers
  std::int64_t run_ = 0;              // that is carried out
  int executing_ = 0;                 // the process that carries it out
  std::array<RateOracle, 2> rate_;
  LookOracle looks_;
  OnlyOracle only_;
  bool read_since_write_ = false;  // `executing_` began to read the workspace
};

}  // namespace envlink::simulation
