#pragma once
// One process of envlink: the ports for the shipped workflows of src/run. The process may be killed at each
// call of a port, its disk may be full, and somebody may press Ctrl-C.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "choices.h"
#include "command_oracle.h"
#include "oracles.h"
#include "run/commands.h"
#include "run/memory_store.h"
#include "scenario.h"
#include "truth_oracle.h"
#include "wire.h"

namespace envlink::simulation {

/// How much of a run was checked to survive as text.
struct Survived {
  bool plan = false;
  std::size_t events = 0;
};

/// The history stays damaged until it is replaced.
struct Damage {
  bool history = false;
};

/// Thrown through the workflow to kill the process.
struct Killed {};

class Process final : public run::Store, public run::Locks, public run::Network, public run::Frontend {
 public:
  struct Surroundings {
    const Scenario& scenario;
    Choices& choices;
    Wire& wire;
    run::MemoryStore& store;
    Oracles& oracles;
    CommandOracle& commands;
    TruthOracle& truth;
    std::map<std::int64_t, Survived>& survived;
    Damage& damage;
    Time started;  // when the case started
    bool trace = false;
    int machine = 1;
    bool plan_from_file = false;
    std::function<void()> when_waiting{};  // called when the process says that it waits
  };
  explicit Process(const Surroundings& surroundings);

  /// nullopt: killed. Throws Violation if the process does or returns something wrong.
  template <class Command>
  std::optional<model::Outcome> carry_out(Command command) {
    std::optional<model::Outcome> outcome;
    try {
      outcome = command(context_);
    } catch (const Killed&) {
    }
    s_.wire.new_activity();
    s_.commands.ends(outcome, s_.wire.process());
    s_.oracles.process_ended(s_.wire.process());
    return outcome;
  }

  // The store
  Result<std::int64_t> begin(const run::RunSummary& run, const plan::Plan& plan) override;
  Result<void> append(std::int64_t run, const std::vector<engine::Event>& events) override;
  Result<void> end(std::int64_t run, Time at, model::Outcome outcome) override;
  Result<void> reopen(std::int64_t run) override;
  Result<std::vector<run::RunSummary>> runs(const std::string& workspace, int limit) const override;
  Result<std::optional<run::RunSummary>> find(std::int64_t run) const override;
  Result<std::optional<plan::Plan>> plan(std::int64_t run) const override;
  Result<std::vector<engine::Event>> events(std::int64_t run) const override;
  Result<std::vector<run::EventCount>> event_counts(const std::string& workspace) const override;
  Result<run::KeptHistory> history(const std::string& workspace) const override;
  Result<bool> keep_history(const std::string& workspace, const run::KeptHistory& history) override;
  Result<void> replace_history(const std::string& workspace, const run::KeptHistory& history) override;
  Result<void> keep_undo(std::int64_t run, const std::vector<engine::PriorValue>& values) override;
  Result<std::vector<engine::PriorValue>> undo(std::int64_t run) const override;
  Result<std::size_t> drop_undo(const run::UndoLimit& limit) override;
  Result<std::unique_ptr<run::Lock>> take(const std::string& workspace, Time now) override;

  std::unique_ptr<engine::Transport> connect() override;

  // The frontend
  std::unique_ptr<engine::Observer> watch_reading(const engine::WorkspaceReader& reader) override;
  void show_plan(const plan::Plan& plan) override;
  Result<void> confirm(run::Question question) override;
  std::unique_ptr<engine::Observer> watch(std::int64_t run, const engine::Rollout& rollout) override;
  void rolled_out(std::int64_t run, const engine::Rollout& rollout, run::RunEnd end) override;
  void show_verification(const plan::Verification& verification) override;
  void show_unfinished(const run::StoredRun& run, std::string_view next) override;
  void show_reads(const engine::ReadCounts& reads) override;
  void report(const Error& error) override;
  void say(std::string_view text) override;
  void say_waiting(std::string_view text) override;

 private:
  class Line;
  class TurnCounter;
  /// May kill the process.
  void port() const;
  /// The same for a call that changes nothing. Playing every way skips it: dying here equals dying at the
  /// next port.
  void quiet_port() const;
  void events_survive(std::int64_t run) const;
  /// The journal cannot be read now, or never again.
  bool cannot_be_read() const;
  /// A result that relies on an unreadable journal must say so. `said`: whether it does.
  void says_what_is_unreadable(bool said) const;
  /// A write of the store; fails if the disk is full.
  Result<void> write();

  Surroundings s_;
  run::Context context_;
  int turns_ = 0;
  mutable bool unread_ = false;  // the last read of the history failed
  mutable bool silent_ = false;  // and no error was reported since
};

}  // namespace envlink::simulation
