#pragma once
// The runs of a workspace and its lock in memory: what the journal is on a machine. Whatever is read again
// went through the journal's text once.

#include <memory>
#include <vector>

#include "run/store.h"

namespace envlink::simulation {

class MemoryStore final : public run::Store, public run::Locks {
 public:
  struct StoredRun {
    run::RunSummary summary;
    std::shared_ptr<const plan::Plan> plan;
    std::vector<engine::Event> events;
    mutable bool plan_survived = false;
    mutable std::size_t events_survived = 0;  // that many were read back from their text
  };

  Result<std::int64_t> begin(const run::RunSummary& run, const plan::Plan& plan) override;
  Result<void> append(std::int64_t run, const std::vector<engine::Event>& events) override;
  Result<void> end(std::int64_t run, Time at, model::Outcome outcome) override;
  Result<void> reopen(std::int64_t run) override;
  Result<std::vector<run::RunSummary>> runs(const std::string& workspace, int limit) const override;
  Result<std::optional<run::RunSummary>> find(std::int64_t run) const override;
  Result<std::optional<plan::Plan>> plan(std::int64_t run) const override;
  Result<std::vector<engine::Event>> events(std::int64_t run) const override;

  Result<std::unique_ptr<run::Lock>> take(const std::string& workspace, Time now) override;
  bool locked() const { return locked_; }

  /// In the order of their numbers, which begin with 1.
  const std::vector<StoredRun>& all() const { return runs_; }
  const StoredRun& at(std::int64_t run) const { return runs_.at(static_cast<std::size_t>(run) - 1); }

 private:
  class Held;
  std::vector<StoredRun> runs_;
  bool locked_ = false;
};

}  // namespace envlink::simulation
