#pragma once
// The team's database as a port. Each call is one statement: it takes effect as a whole or not at all, and is
// durable when it succeeds. Times named `now` are the database's. Implemented by postgres::Database, and in
// memory for tests.
//
// A statement whose answer is lost may have taken effect, or may do so later. So every statement can be given
// again: with the same holder, token, position or revision it changes nothing more.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/error.h"
#include "base/time.h"

namespace envlink::team {

struct Failure {
  Error error{};
  /// Trying again soon may help: no connection, no answer, a server that is starting or standing by.
  bool passing = false;
};
template <class T>
using Answer = tl::expected<T, Failure>;

/// Who takes a lock. Shown to whoever finds it held.
struct Holder {
  std::string id{};  // random, new for each lock taken
  std::string user{};
  std::string host{};
  std::int64_t process = 0;
};

/// What makes a write valid: the lock of this workspace, as taken by this holder. The term alone would not
/// do: a standby that takes over without the last commits may give it out a second time.
struct Right {
  std::string workspace{};
  std::int64_t term = 0;
  std::string holder{};
};

/// A lock that another holds.
struct HeldLock {
  Holder by{};
  Time since{};
  Duration left{};                    // until it ends unless it is renewed
  std::optional<std::int64_t> run{};  // unset: no run has begun
};

struct LockAnswer {
  std::int64_t term = 0;            // 0: not taken
  std::optional<HeldLock> other{};  // may be unset although it was not taken: that one ended meanwhile
};

struct RunRow {
  std::int64_t number = 0;
  std::string workspace{};
  std::string file{};
  std::string user{};
  std::string host{};
  Time began{};
  std::optional<Time> ended{};
  std::optional<int> exit_code{};
  std::optional<std::int64_t> undoes{};
};

struct RunEnding {
  Time at{};
  int exit_code = 0;
};

struct CountRow {
  std::int64_t run = 0;
  int events = 0;
};

struct HistoryRow {
  std::string body{};   // plan::to_json
  std::string taken{};  // run::text_of
  std::int64_t revision = 0;
};

struct SealedRow {
  std::size_t position = 0;
  std::string nonce{};  // bytes
  std::string bytes{};
};

/// The shared windows of one API key (engine/shared_windows.h).
struct WindowsRow {
  std::string body{};         // empty: none are stored
  std::int64_t revision = 0;  // 0: none are stored
  Time now{};
};

class Database {
 public:
  virtual ~Database() = default;

  /// Takes the lock for `length` if it is free, has ended or belongs to the same holder already.
  virtual Answer<LockAnswer> take(const std::string& workspace, const Holder& holder, Duration length) = 0;
  /// Extends it to `length` from now, also if it has ended and nobody took it since. `run`: shown to others;
  /// 0: unchanged. False: it is no longer held.
  virtual Answer<bool> renew(const Right& right, Duration length, std::int64_t run) = 0;
  virtual Answer<bool> release(const Right& right) = 0;

  // Writes of a run: false or nullopt, and nothing written, if the lock is no longer held, or if the run or
  // events of it are missing, because a standby that took over does not have them.

  /// The run's number. `token`: random; a run with it is begun once. `row.number`, its end and exit code are
  /// ignored.
  virtual Answer<std::optional<std::int64_t>> begin(const Right& right, const std::string& token,
                                                    const RunRow& row, std::string_view plan) = 0;
  /// `first`: the position of the first event, counted from 1 without gaps. Positions that the run has
  /// already stay as they are.
  virtual Answer<bool> append(const Right& right, std::int64_t run, int first,
                              const std::vector<std::string>& bodies) = 0;
  /// nullopt: makes the run open again.
  virtual Answer<bool> end(const Right& right, std::int64_t run, const std::optional<RunEnding>& ending) = 0;
  /// Positions that are already stored stay as they are.
  virtual Answer<bool> keep_undo(const Right& right, std::int64_t run,
                                 const std::vector<SealedRow>& rows) = 0;

  /// Newest first; of every workspace if `workspace` is empty.
  virtual Answer<std::vector<RunRow>> runs(const std::string& workspace, int limit) = 0;
  virtual Answer<std::optional<RunRow>> find(std::int64_t run) = 0;
  virtual Answer<std::optional<std::string>> plan(std::int64_t run) = 0;
  /// In order.
  virtual Answer<std::vector<std::string>> events(std::int64_t run) = 0;
  /// Oldest run first; of every workspace if `workspace` is empty.
  virtual Answer<std::vector<CountRow>> event_counts(const std::string& workspace) = 0;
  virtual Answer<std::vector<SealedRow>> undo(std::int64_t run) = 0;
  /// Removes the sealed values of runs that ended longer ago: of this workspace, and of the others.
  virtual Answer<std::int64_t> drop_undo(const std::string& workspace, Duration older_than,
                                         Duration others_older_than) = 0;

  virtual Answer<std::optional<HistoryRow>> history(const std::string& workspace) = 0;
  /// Stores it as revision `row.revision` + 1, if the stored one is `row.revision` (0: there is none).
  virtual Answer<bool> store_history(const std::string& workspace, const HistoryRow& row) = 0;
  /// Stores it whatever is there; `row.revision` is ignored.
  virtual Answer<bool> replace_history(const std::string& workspace, const HistoryRow& row) = 0;

  /// `key`: names an API key without giving it away.
  virtual Answer<WindowsRow> windows(const std::string& key) = 0;
  /// As store_history.
  virtual Answer<bool> store_windows(const std::string& key, const WindowsRow& row) = 0;

  /// A run moved from another store with all its events, under a new number. `token`: as for `begin`.
  virtual Answer<std::int64_t> import_run(const std::string& token, const RunRow& row,
                                          const std::optional<std::string>& plan,
                                          const std::vector<std::string>& events) = 0;
};

}  // namespace envlink::team
