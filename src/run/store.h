#pragma once
// Where runs are kept: the port, and a run as it reads back. The journal on this machine implements it, and
// so does the simulation.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/event.h"
#include "engine/ports.h"
#include "engine/progress.h"
#include "model/outcome.h"
#include "plan/history.h"
#include "plan/plan.h"

namespace envlink::run {

struct RunSummary {
  std::int64_t number = 0;
  std::string workspace{};  // the owner's id
  std::string file{};
  std::string user{};
  std::string host{};
  Time began{};
  std::optional<Time> ended{};
  std::optional<model::Outcome> outcome{};  // unset: it never came to its end
  std::optional<std::int64_t> undoes{};     // the run that this one rolls back
};

struct EventCount {
  std::int64_t run = 0;
  int events = 0;
  bool operator==(const EventCount&) const = default;
};

/// What is known of a workspace, and which events of its runs that has taken in.
struct KeptHistory {
  plan::History history{};
  std::vector<EventCount> taken{};
  std::int64_t revision = 0;  // 0: nothing is kept yet
};

/// Runs further back than this are not looked at.
constexpr int runs_looked_at = 50;

/// Runs that ended before: of one workspace, whose file says for how long they can be undone, and of the
/// others, of whose files nothing is known.
struct UndoLimit {
  std::string workspace{};
  Time ended_before{};
  Time others_ended_before{};
};

/// What `begin`, `append`, `end`, `reopen`, `keep_undo` and `drop_undo` wrote is durable when they return.
/// Each takes effect as a whole or not at all.
class Store {
 public:
  virtual ~Store() = default;
  /// Begins a run and answers with its number. `number`, `ended` and `outcome` are not read.
  virtual Result<std::int64_t> begin(const RunSummary& run, const plan::Plan& plan) = 0;
  virtual Result<void> append(std::int64_t run, const std::vector<engine::Event>& events) = 0;
  virtual Result<void> end(std::int64_t run, Time at, model::Outcome outcome) = 0;
  /// A run that ended goes on: it is open again.
  virtual Result<void> reopen(std::int64_t run) = 0;
  /// Newest first; of every workspace when `workspace` is empty.
  virtual Result<std::vector<RunSummary>> runs(const std::string& workspace, int limit) const = 0;
  /// None when there is no such run.
  virtual Result<std::optional<RunSummary>> find(std::int64_t run) const = 0;
  /// None when there is no such run, or when an envlink that kept no plans began it.
  virtual Result<std::optional<plan::Plan>> plan(std::int64_t run) const = 0;
  /// In the order in which they were appended.
  virtual Result<std::vector<engine::Event>> events(std::int64_t run) const = 0;
  /// How many each run has, the oldest run first; of every workspace when `workspace` is empty.
  virtual Result<std::vector<EventCount>> event_counts(const std::string& workspace) const = 0;
  /// As it was kept last; an empty one where nothing was. An error where it is damaged, or a newer envlink
  /// wrote it.
  virtual Result<KeptHistory> history(const std::string& workspace) const = 0;
  /// False, and nothing is kept, where another was kept after `history` was loaded.
  virtual Result<bool> keep_history(const std::string& workspace, const KeptHistory& history) = 0;
  /// Takes the place of one that cannot be read.
  virtual Result<void> replace_history(const std::string& workspace, const KeptHistory& history) = 0;
  /// Keeps, sealed, what values of the run were before it changed them. A position that is kept already stays
  /// as it is: the first one is what was there.
  virtual Result<void> keep_undo(std::int64_t run, const std::vector<engine::PriorValue>& values) = 0;
  /// By position. Those that were dropped, or never kept, are missing. An error where one cannot be unsealed:
  /// none of them is answered then.
  virtual Result<std::vector<engine::PriorValue>> undo(std::int64_t run) const = 0;
  /// Destroys what runs kept that are past the limit, and answers with how many values that were. Runs that
  /// never ended keep theirs. After an error their bytes may still be there: called again, it destroys them,
  /// also where it then answers with 0.
  virtual Result<std::size_t> drop_undo(const UndoLimit& limit) = 0;
};

/// Held for as long as the object lives. When its process dies, it is free.
class Lock {
 public:
  virtual ~Lock() = default;
  /// Tells others which run it is held for. When that fails, it is held as before.
  virtual Result<void> name_run(std::int64_t run) = 0;
};

class Locks {
 public:
  virtual ~Locks() = default;
  /// Never waits. Fails with ErrorKind::held while another process holds it.
  virtual Result<std::unique_ptr<Lock>> take(const std::string& workspace, Time now) = 0;
};

struct StoredRun {
  RunSummary summary;
  plan::Plan plan;
  std::vector<engine::Event> events;
  engine::Progress progress;  // what the events tell

  std::int64_t number() const { return summary.number; }
  /// Never came to its end: killed, or the machine went down, or its rollback is not done.
  bool open() const { return !summary.ended; }
  /// Something is left that a resumed run would do.
  bool unfinished() const {
    return summary.outcome != model::Outcome::rolled_back && (open() || progress.unfinished());
  }
  /// When it came to its end, or was last heard of where it did not. A rollback of it comes later.
  Time left_off() const;
};

Result<StoredRun> load_run(const Store& store, std::int64_t number);

/// The numbers of the runs that never came to their end, the newest first. Their plans are not read.
Result<std::vector<std::int64_t>> open_runs(const Store& store, const std::string& workspace);

/// The run that `resume` goes on with, and that other commands tell of: the newest one where something is
/// left of it, else the newest that is open. `workspace`: an owner's id, or empty for any.
Result<std::optional<StoredRun>> unfinished_run(const Store& store, const std::string& workspace);

}  // namespace envlink::run
