#include "journal/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "engine/event_json.h"
#include "journal/schema.h"
#include "journal/sqlite.h"
#include "journal/trouble.h"
#include "plan/stored.h"

namespace envlink::journal {
namespace {

constexpr int busy_milliseconds = 5000;

/// Makes the file where there is none. SQLite would make it readable for others; its -wal and -shm get the
/// rights of the file. One that exists is not opened: closing it would drop the locks that SQLite holds on it
/// for another Journal of this process.
Result<void> make_private(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor >= 0) close(descriptor);
  if (descriptor >= 0 || errno == EEXIST) return {};
  return fail(trouble(fmt::format("The journal {} cannot be made", path),
                      std::generic_category().message(errno), cure_for(errno)));
}

/// Keeps processes that begin a journal at the same time apart: SQLite answers "busy" at once, without the
/// patience it has elsewhere, when two of them switch a new file to WAL. Where folders cannot be locked
/// (NFS), that rare answer remains.
class Turn {
 public:
  explicit Turn(const std::string& directory)
      : descriptor_(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (descriptor_ >= 0) flock(descriptor_, LOCK_EX);
  }
  ~Turn() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  int descriptor_;
};

std::int64_t stored(Time time) {
  return time.time_since_epoch().count();
}
Time loaded(std::int64_t microseconds) {
  return Time(Duration(microseconds));
}

constexpr std::string_view columns = "number, workspace, file, user, host, began, ended, exit_code, undoes";

run::RunSummary summary_of(const sqlite::Statement& row) {
  run::RunSummary run{.number = row.integer(0),
                      .workspace = row.text(1),
                      .file = row.text(2),
                      .user = row.text(3),
                      .host = row.text(4),
                      .began = loaded(row.integer(5)),
                      .ended = {},
                      .outcome = {},
                      .undoes = {}};
  if (!row.is_null(6)) run.ended = loaded(row.integer(6));
  if (!row.is_null(7)) run.outcome = model::outcome_of_exit_code(static_cast<int>(row.integer(7)));
  if (!row.is_null(8)) run.undoes = row.integer(8);
  return run;
}

Error unreadable(const std::string& path, std::int64_t run, const std::string& body, const Error& reason) {
  const std::string kind = engine::unknown_kind(body);
  if (kind.empty()) return damaged(path, describe(reason));
  return too_new(fmt::format("Run {} of the journal {} cannot be read", run, path),
                 fmt::format("it has an event of a kind that a newer envlink wrote: {}", clean(kind, 64)));
}

}  // namespace

struct Journal::State {
  std::string path;
  mutable sqlite::Database database;

  /// Runs `action`; what SQLite objects to becomes an error.
  template <class Action>
  auto guarded(Action action) const -> Result<decltype(action())> {
    try {
      if constexpr (std::is_void_v<decltype(action())>) {
        action();
        return {};
      } else {
        return action();
      }
    } catch (const sqlite::Failure& failure) {
      return fail(explain(path, failure));
    }
  }
};

Journal::Journal(std::unique_ptr<State> state) : state_(std::move(state)) {}
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;
Journal::~Journal() = default;

Result<Journal> Journal::open(const std::string& directory) {
  const std::string path = directory + "/journal.db";
  if (auto made = make_directory(directory); !made) return fail(std::move(made.error()));
  const Turn turn(directory);
  if (auto made = make_private(path); !made) return fail(std::move(made.error()));
  try {
    std::unique_ptr<State> state(new State{path, sqlite::Database(path, SQLITE_OPEN_READWRITE)});
    sqlite3_busy_timeout(state->database.handle(), busy_milliseconds);
    // SQLite falls back to reading, and would leave files beside it that stay read-only when the journal is
    // not.
    if (sqlite3_db_readonly(state->database.handle(), "main") == 1) {
      return fail(trouble(fmt::format("The journal {} cannot be written", path), "it is read-only for you",
                          cure_for(EACCES)));
    }
    switch (prepare_schema(state->database)) {
      case SchemaState::ready:
        break;
      case SchemaState::newer:
        return fail(
            too_new(fmt::format("The journal {} cannot be read", path), "it was written by a newer envlink"));
      case SchemaState::foreign:
        return fail(trouble(fmt::format("{} is no journal of envlink", path),
                            "another program's tables are in it",
                            "Move it aside, or set XDG_STATE_HOME to another folder"));
    }
    return Journal(std::move(state));
  } catch (const sqlite::Failure& failure) {
    return fail(explain(path, failure));
  }
}

Result<std::int64_t> Journal::begin(const run::RunSummary& run, std::string_view plan) {
  return state_->guarded([&] {
    sqlite::Statement insert(
        state_->database,
        "INSERT INTO run (workspace, file, user, host, began, plan, undoes) VALUES (?, ?, ?, ?, ?, ?, ?)");
    insert.bind(1, run.workspace).bind(2, run.file).bind(3, run.user).bind(4, run.host);
    insert.bind(5, stored(run.began)).bind(6, plan);
    if (run.undoes) insert.bind(7, *run.undoes);
    insert.run();
    return state_->database.last_row();
  });
}

Result<void> Journal::append(std::int64_t run, const std::vector<engine::Event>& events) {
  if (events.empty()) return {};
  return state_->guarded([&] {
    sqlite::Transaction transaction(state_->database);
    sqlite::Statement insert(state_->database,
                             "INSERT INTO event (run, position, body) VALUES "
                             "(?1, (SELECT coalesce(max(position), 0) + 1 FROM event WHERE run = ?1), ?2)");
    for (const auto& event : events) insert.bind(1, run).bind(2, engine::to_json(event)).run();
    transaction.commit();
  });
}

Result<void> Journal::end(std::int64_t run, Time at, model::Outcome outcome) {
  return state_->guarded([&] {
    sqlite::Statement(state_->database, "UPDATE run SET ended = ?, exit_code = ? WHERE number = ?")
        .bind(1, stored(at))
        .bind(2, model::exit_code(outcome))
        .bind(3, run)
        .run();
  });
}

Result<void> Journal::reopen(std::int64_t run) {
  return state_->guarded([&] {
    sqlite::Statement(state_->database, "UPDATE run SET ended = NULL, exit_code = NULL WHERE number = ?")
        .bind(1, run)
        .run();
  });
}

Result<std::vector<run::RunSummary>> Journal::runs(const std::string& workspace, int limit) const {
  return state_->guarded([&] {
    sqlite::Statement select(
        state_->database,
        fmt::format("SELECT {} FROM run WHERE ?1 = '' OR workspace = ?1 ORDER BY number DESC LIMIT ?2",
                    columns));
    select.bind(1, workspace).bind(2, limit);
    std::vector<run::RunSummary> runs;
    while (select.step()) runs.push_back(summary_of(select));
    return runs;
  });
}

Result<std::optional<run::RunSummary>> Journal::find(std::int64_t run) const {
  return state_->guarded([&]() -> std::optional<run::RunSummary> {
    sqlite::Statement select(state_->database, fmt::format("SELECT {} FROM run WHERE number = ?", columns));
    if (!select.bind(1, run).step()) return std::nullopt;
    return summary_of(select);
  });
}

Result<std::optional<std::string>> Journal::plan(std::int64_t run) const {
  return state_->guarded([&]() -> std::optional<std::string> {
    sqlite::Statement select(state_->database, "SELECT plan FROM run WHERE number = ?");
    if (!select.bind(1, run).step() || select.is_null(0)) return std::nullopt;
    return select.text(0);
  });
}

Result<void> Journal::check() const {
  const auto found = state_->guarded([&] {
    sqlite::Statement check(state_->database, "PRAGMA integrity_check(1)");
    return check.step() ? check.text(0) : std::string("it answers nothing");
  });
  if (!found) return fail(found.error());
  if (*found != "ok") return fail(damaged(state_->path, *found));
  return {};
}

Result<std::vector<engine::Event>> Journal::events(std::int64_t run) const {
  auto bodies = state_->guarded([&] {
    sqlite::Statement select(state_->database, "SELECT body FROM event WHERE run = ? ORDER BY position");
    select.bind(1, run);
    std::vector<std::string> texts;
    while (select.step()) texts.push_back(select.text(0));
    return texts;
  });
  if (!bodies) return fail(std::move(bodies.error()));
  // What 0.1.0 wrote of an event is understood with the plan alone.
  std::optional<plan::Plan> kept;
  if (std::ranges::any_of(*bodies, engine::is_of_0_1_0)) {
    const auto text = plan(run);
    Result<plan::Plan> read = text && *text ? plan::plan_from_json(**text) : fail({});
    if (read) kept = std::move(*read);
  }
  std::vector<engine::Event> events;
  for (const auto& body : *bodies) {
    auto event = engine::event_from_json(body, kept ? &*kept : nullptr);
    if (!event) return fail(unreadable(state_->path, run, body, event.error()));
    events.push_back(std::move(*event));
  }
  return events;
}

}  // namespace envlink::journal
