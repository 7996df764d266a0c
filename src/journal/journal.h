#pragma once
// The journal: runs, their events and the values from before them, in SQLite under $XDG_STATE_HOME/envlink,
// with the lock and the key that seals those values next to it. Several processes may use it at once.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "engine/event.h"
#include "run/store.h"

namespace envlink::journal {

class File;

class Journal final : public run::Store, public run::Locks {
 public:
  /// This machine's journal. Opened on first use; reading one that does not exist yet finds nothing and does
  /// not create it.
  Journal();
  /// Opens or creates DIRECTORY/journal.db, mode 0600 in a folder with mode 0700. Upgrades one from an older
  /// envlink in place; refuses one from a newer envlink.
  static Result<Journal> open(const std::string& directory);
  Journal(Journal&&) noexcept;
  ~Journal() override;

  /// False: it does not exist yet.
  bool exists() const;

  Result<std::int64_t> begin(const run::RunSummary& run, const plan::Plan& plan) override;
  /// `plan`: the output of plan::to_json.
  Result<std::int64_t> begin(const run::RunSummary& run, std::string_view plan);
  Result<void> append(std::int64_t run, const std::vector<engine::Event>& events) override;
  Result<void> end(std::int64_t run, Time at, model::Outcome outcome) override;
  Result<void> reopen(std::int64_t run) override;
  Result<std::vector<run::RunSummary>> runs(const std::string& workspace, int limit) const override;
  Result<std::optional<run::RunSummary>> find(std::int64_t run) const override;
  Result<std::optional<plan::Plan>> plan(std::int64_t run) const override;
  /// The plan given to `begin`, byte for byte.
  Result<std::optional<std::string>> plan_text(std::int64_t run) const;
  Result<std::vector<engine::Event>> events(std::int64_t run) const override;
  Result<std::vector<run::EventCount>> event_counts(const std::string& workspace) const override;
  Result<run::KeptHistory> history(const std::string& workspace) const override;
  Result<bool> keep_history(const std::string& workspace, const run::KeptHistory& history) override;
  Result<void> replace_history(const std::string& workspace, const run::KeptHistory& history) override;
  /// Creates DIRECTORY/undo.key if missing.
  Result<void> keep_undo(std::int64_t run, const std::vector<engine::PriorValue>& values) override;
  Result<std::vector<engine::PriorValue>> undo(std::int64_t run) const override;
  /// Afterwards none of the journal's files contains the sealed values.
  Result<std::size_t> drop_undo(const run::UndoLimit& limit) override;

  Result<std::unique_ptr<run::Lock>> take(const std::string& workspace, Time now) override;

  /// Reads the whole journal if it exists; an error if the file is damaged.
  Result<void> check() const;

 private:
  explicit Journal(std::string directory);
  Result<File*> file() const;
  template <class Action>
  auto write(Action action) const;
  template <class Action>
  auto read(Action action) const;

  Result<std::string> directory_;
  mutable std::unique_ptr<File> file_;  // unset until first use
};

}  // namespace envlink::journal
