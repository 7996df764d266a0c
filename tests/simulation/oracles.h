#pragma once
// What must always hold, checked from outside: on the network and in the World, never inside the engine.

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

/// Part of every variable's value in a simulated workspace.
constexpr std::string_view planted_secret = "planted-secret-7c1e";

/// The event's text for the journal contains no secret (invariant 7) and is read back unchanged (invariant
/// 6).
void event_survives(const engine::Event& event, bool reads_text = true);

class Oracles final : public Listener {
 public:
  Oracles(const Scenario& scenario, const emulator::World& world, Time start);

  /// A run begins, and `plan` is executed from now on. Do not call it for a run that is resumed.
  void run_begins(const plan::Plan& plan, Time now, std::int64_t run, int process = 0);
  void run_goes_on(const plan::Plan& plan, std::int64_t run, int process = 0);
  void reading_begins(int process = 0);
  /// The next process starts in a used rate-limit window, and must read links back itself.
  void process_ended(int process = 0);
  /// The store has these values from now on.
  void kept(const std::vector<engine::PriorValue>& undo) { run().values.kept(undo); }
  void recorded(const std::vector<engine::Event>& events);
  void sent(int process, Time at, const api::Request& request) override;
  void acted(Time at) override { last_act_ = at; }
  /// When a colleague last did something.
  Time last_act() const { return last_act_; }
  void reached(Time at, const api::Request& request, const api::Response& response) override;
  void told(int process, Time at, const api::Request& request, const api::Outcome& outcome) override;
  void run_ended(model::Outcome outcome) const;
  /// A success was reported, so the reporting process must have read the links since its last write.
  void success_was_read_back() const;
  /// `run` was rolled back, so the workspace must be as before it.
  void went_back(std::int64_t run) const;
  /// `run` was rolled back, so no service may run with a group that the rollback unlinked.
  void links_are_out_of_use(std::int64_t run, const plan::Plan& plan) const;
  /// Without trouble at the end and without interference, the outcome must be that of an undisturbed run.
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
  bool any_deploy(auto holds) const;

  const Scenario& scenario_;
  const emulator::World& world_;
  const plan::Plan* plan_ = nullptr;
  const plan::Plan* proved_ = nullptr;  // the plan that was executed before the last read
  Time start_;
  bool alone_in_its_window_ = true;
  std::size_t deploys_before_;  // number of deploys at the start
  /// Deploys of one service caused by envlink.
  struct Deploys {
    int asked = 0;
    int rollbacks = 0;
  };
  std::vector<Deploys> allowed_;
  std::vector<std::size_t> place_;  // index in the workspace of each of the plan's services
  // By group, then service.
  std::vector<bool> shown_;                     // in the last read of the group
  std::vector<std::array<bool, 2>> ever_read_;  // reads since the link was written: without it, with it
  std::map<std::size_t, Time> read_back_;       // when each service's links were read back, by Render's clock
  std::vector<int> newest_read_;                // number of the newest answer about each group
  std::array<ValueOracle::Values, 2> told_values_;  // what each process last read of each group
  std::size_t requests_ = 0;
  Time last_act_ = Time::min();
  /// Kept as long as the run may be resumed or rolled back.
  struct Run {
    JournalWatch journal;
    RollbackOracle rollback;
    ValueOracle values;
    HoldOracle holds;
    Time began{};
    std::vector<bool> links_before;  // by group, then service
    std::size_t deploys_before = 0;
    Time last_sent{};
  };
  Run& run() { return runs_.at(run_); }

  std::map<std::int64_t, Run> runs_;  // by number
  std::int64_t run_ = 0;              // the run being executed
  int executing_ = 0;                 // the process that executes it
  std::array<RateOracle, 2> rate_;
  LookOracle looks_;
  OnlyOracle only_;
  bool read_since_write_ = false;  // `executing_` began a read of the workspace
};

}  // namespace envlink::simulation
