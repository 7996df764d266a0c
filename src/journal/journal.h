#pragma once
// The journal: runs and their events in SQLite under $XDG_STATE_HOME/envlink. What `begin`, `append` and
// `end` wrote is durable when they return. Several processes may use it at a time.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "engine/event.h"
#include "journal/directory.h"
#include "run/store.h"

namespace envlink::journal {

class Journal final {
 public:
  /// Opens or creates DIRECTORY/journal.db, mode 0600 in a folder 0700. One of an older envlink is brought up
  /// to date in place; one of a newer envlink is refused.
  static Result<Journal> open(const std::string& directory);
  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;
  ~Journal();

  /// Begins a run; the number is its name from then on. `run.number`, `ended` and `outcome` are not read.
  /// `plan` is the text of what it is about to do, as plan::to_json writes it.
  Result<std::int64_t> begin(const run::RunSummary& run, std::string_view plan);
  /// All of them or none.
  Result<void> append(std::int64_t run, const std::vector<engine::Event>& events);
  Result<void> end(std::int64_t run, Time at, model::Outcome outcome);
  /// A run that ended goes on: it is unfinished again.
  Result<void> reopen(std::int64_t run);
  /// Newest first; of every workspace when `workspace` is empty.
  Result<std::vector<run::RunSummary>> runs(const std::string& workspace, int limit) const;
  /// None when there is no such run.
  Result<std::optional<run::RunSummary>> find(std::int64_t run) const;
  /// The plan's text. None when there is no such run, or when an envlink that kept no plans began it.
  Result<std::optional<std::string>> plan(std::int64_t run) const;
  /// Reads all of it; an error where the file is damaged.
  Result<void> check() const;
  /// In the order in which they were appended.
  Result<std::vector<engine::Event>> events(std::int64_t run) const;

 private:
  struct State;
  explicit Journal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace envlink::journal
