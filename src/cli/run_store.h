#pragma once
// The runs of this machine, for the workflows: the journal and its lock, opened when they are needed first.

#include <optional>
#include <string>

#include "journal/journal.h"
#include "run/store.h"

namespace envlink::cli {

class RunStore final : public run::Store, public run::Locks {
 public:
  Result<std::int64_t> begin(const run::RunSummary& run, const plan::Plan& plan) override;
  Result<void> append(std::int64_t run, const std::vector<engine::Event>& events) override;
  Result<void> end(std::int64_t run, Time at, model::Outcome outcome) override;
  Result<void> reopen(std::int64_t run) override;
  /// Where there is no journal yet, there are no runs, and none is made.
  Result<std::vector<run::RunSummary>> runs(const std::string& workspace, int limit) const override;
  Result<std::optional<run::RunSummary>> find(std::int64_t run) const override;
  Result<std::optional<plan::Plan>> plan(std::int64_t run) const override;
  Result<std::vector<engine::Event>> events(std::int64_t run) const override;
  Result<std::unique_ptr<run::Lock>> take(const std::string& workspace, Time now) override;

 private:
  /// nullptr: there is none yet.
  Result<journal::Journal*> existing() const;
  Result<journal::Journal*> open() const;
  template <class Value, class Read>
  Result<Value> read(Read from) const;

  mutable std::optional<journal::Journal> journal_;
};

}  // namespace envlink::cli
