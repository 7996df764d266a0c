#pragma once
// Runs and a lock in memory in place of the journal, for rehearsals and the simulation.

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "run/store.h"

namespace envlink::run {

class MemoryStore : public Store, public Locks {
 public:
  struct Kept {
    RunSummary summary;
    std::shared_ptr<const plan::Plan> plan;
    std::vector<engine::Event> events;
    std::map<std::size_t, std::optional<Secret>> undo;  // by position
  };

  Result<std::int64_t> begin(const RunSummary& run, const plan::Plan& plan) override;
  Result<void> append(std::int64_t number, const std::vector<engine::Event>& events) override;
  Result<void> end(std::int64_t number, Time at, model::Outcome outcome) override;
  Result<void> reopen(std::int64_t number) override;
  Result<std::vector<RunSummary>> runs(const std::string& workspace, int limit) const override;
  Result<std::optional<RunSummary>> find(std::int64_t number) const override;
  Result<std::optional<plan::Plan>> plan(std::int64_t number) const override;
  Result<std::vector<engine::Event>> events(std::int64_t number) const override;
  Result<std::vector<EventCount>> event_counts(const std::string& workspace) const override;
  Result<KeptHistory> history(const std::string& workspace) const override;
  Result<bool> keep_history(const std::string& workspace, const KeptHistory& history) override;
  Result<void> replace_history(const std::string& workspace, const KeptHistory& history) override;
  Result<void> keep_undo(std::int64_t number, const std::vector<engine::PriorValue>& values) override;
  Result<std::vector<engine::PriorValue>> undo(std::int64_t number) const override;
  Result<std::size_t> drop_undo(const UndoLimit& limit) override;

  Result<std::unique_ptr<Lock>> take(const std::string& workspace, Time now) override;

  /// Ordered by number, from 1.
  const std::vector<Kept>& all() const { return runs_; }
  const Kept& at(std::int64_t number) const { return runs_.at(static_cast<std::size_t>(number) - 1); }

 private:
  class Held;
  Kept& kept_at(std::int64_t number) { return runs_.at(static_cast<std::size_t>(number) - 1); }
  std::vector<Kept> runs_;
  std::map<std::string, KeptHistory> histories_;  // by workspace
  std::set<std::string> locked_;                  // workspaces
};

}  // namespace envlink::run
