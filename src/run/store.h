#pragma once
// Where runs are kept: the port, and a run as read back. Implemented by the journal and by MemoryStore.

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
  std::optional<model::Outcome> outcome{};  // unset: the run has not ended
  std::optional<std::int64_t> undoes{};     // the run that this one rolls back
};

struct EventCount {
  std::int64_t run = 0;
  int events = 0;
  bool operator==(const EventCount&) const = default;
};

/// What is known about a workspace, and which events of its runs that includes.
struct KeptHistory {
  plan::History history{};
  std::vector<EventCount> taken{};
  std::int64_t revision = 0;  // 0: nothing is stored yet
};

/// Older runs are not considered.
constexpr int runs_looked_at = 50;

/// Runs that ended before: of one workspace, whose file says how long they can be undone, and of the others,
/// whose files are unknown.
struct UndoLimit {
  std::string workspace{};
  Time ended_before{};
  Time others_ended_before{};
};

/// What `begin`, `append`, `end`, `reopen`, `keep_undo` and `drop_undo` write is durable when they return.
/// Each takes effect as a whole or not at all.
class Store {
 public:
  virtual ~Store() = default;
  /// What people call it, behind "the" or "The".
  virtual std::string name() const { return "journal on this machine"; }
  /// Begins a run and returns its number. `number`, `ended` and `outcome` are ignored.
  virtual Result<std::int64_t> begin(const RunSummary& run, const plan::Plan& plan) = 0;
  virtual Result<void> append(std::int64_t run, const std::vector<engine::Event>& events) = 0;
  virtual Result<void> end(std::int64_t run, Time at, model::Outcome outcome) = 0;
  /// Makes a run that ended open again.
  virtual Result<void> reopen(std::int64_t run) = 0;
  /// Newest first; the runs of every workspace if `workspace` is empty.
  virtual Result<std::vector<RunSummary>> runs(const std::string& workspace, int limit) const = 0;
  /// Returns nothing if there is no such run.
  virtual Result<std::optional<RunSummary>> find(std::int64_t run) const = 0;
  /// Returns nothing if there is no such run, or if the envlink that began it kept no plans.
  virtual Result<std::optional<plan::Plan>> plan(std::int64_t run) const = 0;
  /// Returns the events in the order in which they were appended.
  virtual Result<std::vector<engine::Event>> events(std::int64_t run) const = 0;
  /// How many events each run has, oldest run first; of every workspace if `workspace` is empty.
  virtual Result<std::vector<EventCount>> event_counts(const std::string& workspace) const = 0;
  /// Returns the history stored last, or an empty one. Fails if it is damaged or a newer envlink wrote it.
  virtual Result<KeptHistory> history(const std::string& workspace) const = 0;
  /// Returns false and stores nothing if another history was stored after `history` was loaded.
  virtual Result<bool> keep_history(const std::string& workspace, const KeptHistory& history) = 0;
  /// Replaces a stored history that cannot be read.
  virtual Result<void> replace_history(const std::string& workspace, const KeptHistory& history) = 0;
  /// Stores, sealed, the values from before the run changed them. A position that is already stored stays:
  /// the first value is the original.
  virtual Result<void> keep_undo(std::int64_t run, const std::vector<engine::PriorValue>& values) = 0;
  /// Returns the stored values; those dropped or never stored are missing. Fails if one cannot be unsealed.
  virtual Result<std::vector<engine::PriorValue>> undo(std::int64_t run) const = 0;
  /// Destroys the stored values of runs past the limit and returns how many. Runs that never ended keep
  /// theirs. After an error their bytes may remain: calling this again destroys them, even if it then returns
  /// 0.
  virtual Result<std::size_t> drop_undo(const UndoLimit& limit) = 0;
};

/// A lock is held while the object lives and is kept, and becomes free when its process dies.
class Lock {
 public:
  virtual ~Lock() = default;
  /// Shows others which run the lock is held for. If that fails, the lock is held all the same.
  virtual Result<void> name_run(std::int64_t run) = 0;
  /// Keeps a lock that would end by itself. Returns when to call this again at the latest; unset: it does not
  /// end. Fails if another process may hold it by now: then nothing may be sent any more.
  virtual Result<std::optional<Time>> keep(Time) { return std::nullopt; }
};

class Locks {
 public:
  virtual ~Locks() = default;
  /// Never waits. Fails with ErrorKind::held while another process holds it.
  virtual Result<std::unique_ptr<Lock>> take(const std::string& workspace, Time now) = 0;
  /// How long to wait between two tries.
  virtual Duration tried_every() const { return std::chrono::milliseconds(200); }
};

struct StoredRun {
  RunSummary summary;
  plan::Plan plan;
  std::vector<engine::Event> events;
  engine::Progress progress;  // from the events

  std::int64_t number() const { return summary.number; }
  /// The run never ended: killed, the machine went down, or its rollback is not done.
  bool open() const { return !summary.ended; }
  /// A resumed run would have something to do.
  bool unfinished() const {
    return summary.outcome != model::Outcome::rolled_back && (open() || progress.unfinished());
  }
  /// When the run ended or, if it did not, its last event. A rollback of it is later.
  Time left_off() const;
};

Result<StoredRun> load_run(const Store& store, std::int64_t number);

/// The owners' ids of the workspaces of the last runs, newest first. `named`: only the workspace with this
/// name or id; empty: all of them.
Result<std::vector<std::string>> workspaces_of_runs(const Store& store, const std::string& named);

/// The numbers of the runs that never ended, newest first. Their plans are not read.
Result<std::vector<std::int64_t>> open_runs(const Store& store, const std::string& workspace);

/// The run that `resume` continues and that other commands report: the newest one if something is left of it,
/// else the newest open one. `workspace`: an owner's id, or empty for any.
Result<std::optional<StoredRun>> unfinished_run(const Store& store, const std::string& workspace);

}  // namespace envlink::run
