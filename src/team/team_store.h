#pragma once
// A store of runs that several machines share, and its lock: rows in a database (team/database.h). Only who
// holds the lock of a workspace can write the runs of that workspace.
//
// The lock is a lease of 60 s by the database's clock. Its holder renews it every 15 s. One that cannot stops
// sending 40 s after it last asked, by its own clock, so that what it sent has arrived before another can
// begin.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/ports.h"
#include "keys/seal_key.h"
#include "run/store.h"
#include "team/database.h"

namespace envlink::team {

inline constexpr Duration lease_length = std::chrono::seconds(60);
inline constexpr Duration lease_margin = std::chrono::seconds(20);
inline constexpr Duration renewed_every = std::chrono::seconds(15);
/// How long a statement that got no answer is repeated, outside of a run.
inline constexpr Duration tried_for = std::chrono::seconds(15);

/// What a store needs from its process.
struct Surroundings {
  engine::Clock& clock;
  /// Between two tries. False: somebody wants the process to stop, so there is no other.
  std::function<bool(Duration)> wait{};
  std::function<std::string()> random_id{};  // text that nobody else makes
  Holder who{};                              // without an id
  std::optional<keys::SealKey> seal{};       // unset: values from before a run are neither kept nor restored
  std::string why_unsealed{};                // why it is unset
};

class TeamStore final : public run::Store, public run::Locks {
 public:
  TeamStore(Database& database, Surroundings surroundings)
      : database_(database), here_(std::move(surroundings)) {}
  TeamStore(const TeamStore&) = delete;
  TeamStore& operator=(const TeamStore&) = delete;

  std::string name() const override { return "team store"; }

  // Fail with ErrorKind::held if this process does not hold the lock of the run's workspace (any more).
  Result<std::int64_t> begin(const run::RunSummary& run, const plan::Plan& plan) override;
  Result<void> append(std::int64_t run, const std::vector<engine::Event>& events) override;
  Result<void> end(std::int64_t run, Time at, model::Outcome outcome) override;
  Result<void> reopen(std::int64_t run) override;
  Result<void> keep_undo(std::int64_t run, const std::vector<engine::PriorValue>& values) override;

  Result<std::vector<run::RunSummary>> runs(const std::string& workspace, int limit) const override;
  Result<std::optional<run::RunSummary>> find(std::int64_t run) const override;
  Result<std::optional<plan::Plan>> plan(std::int64_t run) const override;
  Result<std::vector<engine::Event>> events(std::int64_t run) const override;
  Result<std::vector<run::EventCount>> event_counts(const std::string& workspace) const override;
  Result<run::KeptHistory> history(const std::string& workspace) const override;
  Result<bool> keep_history(const std::string& workspace, const run::KeptHistory& history) override;
  Result<void> replace_history(const std::string& workspace, const run::KeptHistory& history) override;
  Result<std::vector<engine::PriorValue>> undo(std::int64_t run) const override;
  Result<std::size_t> drop_undo(const run::UndoLimit& limit) override;

  Result<std::unique_ptr<run::Lock>> take(const std::string& workspace, Time now) override;
  /// Each try is a write of the row that the holder renews.
  Duration tried_every() const override { return std::chrono::seconds(2); }

 private:
  class Lease;
  struct KnownRun {
    std::string workspace{};
    std::optional<int> events{};  // unset: not counted since the lock was taken
  };
  template <class Ask>
  auto ask(Ask statement, Time give_up) const;
  template <class Ask>
  auto ask(Ask statement) const;
  template <class Ask>
  Result<void> write(const std::string& workspace, Ask statement);
  Result<KnownRun*> known(std::int64_t run);

  Database& database_;
  Surroundings here_;
  std::map<std::string, Lease*> leases_;  // by workspace; those that are held
  std::map<std::int64_t, KnownRun> known_;
};

}  // namespace envlink::team
