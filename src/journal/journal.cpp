#include "journal/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "engine/event_json.h"
#include "journal/directory.h"
#include "journal/lock.h"
#include "journal/sqlite.h"
#include "plan/stored.h"

namespace envlink::journal {
namespace {

constexpr int busy_milliseconds = 5000;

// What is wrong with it

bool is_want_of_room(int reason) {
  return reason == ENOSPC || reason == EDQUOT || reason == EFBIG;
}

std::string reason_of(const sqlite::Failure& failure) {
  if (failure.system() == 0) return clean(failure.what());
  return clean(fmt::format("{}: {}", failure.what(), std::generic_category().message(failure.system())));
}

Error damaged(const std::string& path, std::string_view why) {
  return {.what = fmt::format("The journal {} is damaged", path),
          .why = clean(why),
          .cure = fmt::format("Move it aside: mv '{0}' '{0}.damaged'. A new one is begun by itself; what the "
                              "old one tells of unfinished runs is lost",
                              path)};
}

/// A newer envlink wrote it: `what` says what cannot be read.
Error too_new(std::string what, std::string why) {
  return {.what = std::move(what), .why = std::move(why), .cure = "Use the newest envlink on this machine"};
}

Error explain(const std::string& path, const sqlite::Failure& failure) {
  switch (failure.code()) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return damaged(path, failure.what());
    case SQLITE_FULL:
      return {.what = fmt::format("The journal {} cannot be written", path),
              .why = "the disk is full",
              .cure = cure_for(ENOSPC)};
    case SQLITE_BUSY:
      return {.what = fmt::format("The journal {} is in use", path),
              .why = "another process keeps it locked",
              .cure = "Try again when that process has ended"};
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return {.what = fmt::format("The journal {} cannot be written", path),
              .why = reason_of(failure),
              .cure = cure_for(failure.system())};
    case SQLITE_IOERR:
      if (is_want_of_room(failure.system())) {
        return {.what = fmt::format("The journal {} cannot be written", path),
                .why = reason_of(failure),
                .cure = cure_for(failure.system())};
      }
      [[fallthrough]];
    default:
      return {.what = fmt::format("The journal {} cannot be used", path),
              .why = reason_of(failure),
              .cure = "Check the disk and the rights of the folder"};
  }
}

// Its file

/// Makes the file where there is none. SQLite would make it readable for others; its -wal and -shm get the
/// rights of the file. One that exists is not opened: closing it would drop the locks that SQLite holds on it
/// for another Journal of this process.
Result<void> make_private(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor >= 0) close(descriptor);
  if (descriptor >= 0 || errno == EEXIST) return {};
  return fail({.what = fmt::format("The journal {} cannot be made", path),
               .why = std::generic_category().message(errno),
               .cure = cure_for(errno)});
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

// Its tables

enum class SchemaState {
  ready,
  newer,    // written by an envlink that came after this one
  foreign,  // a database, but not a journal
};

constexpr std::int64_t application = 0x656e766c;  // "envl": tells the journal from other databases

// Times are microseconds since 1970, UTC. An event's body is its JSON, as engine/event_json.h writes it.
constexpr const char* first_tables = R"sql(
  CREATE TABLE run (
    number    INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace TEXT NOT NULL,
    file      TEXT NOT NULL,
    user      TEXT NOT NULL,
    host      TEXT NOT NULL,
    began     INTEGER NOT NULL,
    ended     INTEGER,
    exit_code INTEGER,
    CHECK ((ended IS NULL) = (exit_code IS NULL))
  ) STRICT;
  CREATE INDEX run_by_workspace ON run (workspace, number);
  CREATE TABLE event (
    run      INTEGER NOT NULL REFERENCES run (number),
    position INTEGER NOT NULL,
    body     TEXT NOT NULL,
    PRIMARY KEY (run, position)
  ) STRICT, WITHOUT ROWID;
)sql";

// A plan is its JSON, as plan/stored.h writes it; runs of version 1 have none.
constexpr const char* plans = R"sql(
  ALTER TABLE run ADD COLUMN plan TEXT;
  ALTER TABLE run ADD COLUMN undoes INTEGER REFERENCES run (number);
)sql";

// Each leads from one version to the next. New journals go all the way, so that they are what old ones
// become.
constexpr std::array steps = {first_tables, plans};
constexpr auto version = static_cast<std::int64_t>(steps.size());

std::int64_t pragma(const sqlite::Database& database, const char* name) {
  sqlite::Statement statement(database, fmt::format("PRAGMA {}", name));
  return statement.step() ? statement.integer(0) : 0;
}

/// Makes the tables in a new file and brings older ones up to date, in one transaction. No other process may
/// do the same meanwhile.
SchemaState prepare_schema(sqlite::Database& database) {
  database.execute("PRAGMA foreign_keys = ON");
  database.execute("PRAGMA synchronous = FULL");
  // schema_version is 0 as long as nothing was ever made in the file.
  const bool is_new = pragma(database, "schema_version") == 0;
  if (is_new) {
    database.execute("PRAGMA journal_mode = WAL");
  } else {
    const std::int64_t written = pragma(database, "user_version");
    if (pragma(database, "application_id") != application || written < 1) return SchemaState::foreign;
    if (written > version) return SchemaState::newer;
    if (written == version) return SchemaState::ready;
  }
  sqlite::Transaction transaction(database);
  const std::int64_t found = pragma(database, "schema_version") == 0 ? 0 : pragma(database, "user_version");
  for (std::int64_t done = found; done < version; ++done) {
    database.execute(steps.at(static_cast<std::size_t>(done)));
  }
  database.execute(fmt::format("PRAGMA application_id = {}", application).c_str());
  database.execute(fmt::format("PRAGMA user_version = {}", version).c_str());
  transaction.commit();
  return SchemaState::ready;
}

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
                      .began = loaded(row.integer(5))};
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

std::string path_in(const std::string& directory) {
  return directory + "/journal.db";
}

}  // namespace

class Journal::File {
 public:
  static Result<std::unique_ptr<File>> open(const std::string& directory) {
    const std::string path = path_in(directory);
    if (auto made = make_directory(directory); !made) return fail(std::move(made.error()));
    const Turn turn(directory);
    if (auto made = make_private(path); !made) return fail(std::move(made.error()));
    try {
      auto file = std::make_unique<File>(path);
      if (auto good = file->prepare(); !good) return fail(std::move(good.error()));
      return file;
    } catch (const sqlite::Failure& failure) {
      return fail(explain(path, failure));
    }
  }

  explicit File(const std::string& path) : path_(path), database_(path, SQLITE_OPEN_READWRITE) {}

  const std::string& path() const { return path_; }

  /// Runs `action` on the database; what SQLite objects to becomes an error.
  template <class Action>
  auto run(Action action) -> Result<std::invoke_result_t<Action, sqlite::Database&>> {
    try {
      if constexpr (std::is_void_v<std::invoke_result_t<Action, sqlite::Database&>>) {
        action(database_);
        return {};
      } else {
        return action(database_);
      }
    } catch (const sqlite::Failure& failure) {
      return fail(explain(path_, failure));
    }
  }

 private:
  Result<void> prepare() {
    sqlite3_busy_timeout(database_.handle(), busy_milliseconds);
    // SQLite falls back to reading, and would leave files beside it that stay read-only when the journal is
    // not.
    if (sqlite3_db_readonly(database_.handle(), "main") == 1) {
      return fail({.what = fmt::format("The journal {} cannot be written", path_),
                   .why = "it is read-only for you",
                   .cure = cure_for(EACCES)});
    }
    switch (prepare_schema(database_)) {
      case SchemaState::newer:
        return fail(too_new(fmt::format("The journal {} cannot be read", path_),
                            "it was written by a newer envlink"));
      case SchemaState::foreign:
        return fail({.what = fmt::format("{} is no journal of envlink", path_),
                     .why = "another program's tables are in it",
                     .cure = "Move it aside, or set XDG_STATE_HOME to another folder"});
      case SchemaState::ready:
        break;
    }
    return {};
  }

  std::string path_;
  sqlite::Database database_;
};

Journal::Journal() : directory_(state_directory()) {}
Journal::Journal(std::string directory) : directory_(std::move(directory)) {}
Journal::Journal(Journal&&) noexcept = default;
Journal::~Journal() = default;

Result<Journal> Journal::open(const std::string& directory) {
  Journal journal(directory);
  if (const auto opened = journal.file(); !opened) return fail(opened.error());
  return journal;
}

bool Journal::exists() const {
  struct stat found{};
  return file_ != nullptr || !directory_ || lstat(path_in(*directory_).c_str(), &found) == 0 ||
         errno != ENOENT;
}

Result<Journal::File*> Journal::file() const {
  if (file_) return file_.get();
  if (!directory_) return fail(directory_.error());
  auto opened = File::open(*directory_);
  if (!opened) return fail(opened.error());
  file_ = std::move(*opened);
  return file_.get();
}

template <class Action>
auto Journal::write(Action action) const {
  return file().and_then([&](File* opened) { return opened->run(action); });
}

template <class Action>
auto Journal::read(Action action) const {
  using Value = std::invoke_result_t<Action, sqlite::Database&>;
  return exists() ? write(action) : Result<Value>(Value{});
}

Result<std::int64_t> Journal::begin(const run::RunSummary& run, const plan::Plan& plan) {
  return begin(run, plan::to_json(plan));
}

Result<std::int64_t> Journal::begin(const run::RunSummary& run, std::string_view plan) {
  return write([&](sqlite::Database& database) {
    sqlite::Statement(
        database,
        "INSERT INTO run (workspace, file, user, host, began, plan, undoes) VALUES (?, ?, ?, ?, ?, ?, ?)",
        run.workspace, run.file, run.user, run.host, stored(run.began), plan, run.undoes)
        .run();
    return database.last_row();
  });
}

Result<void> Journal::append(std::int64_t run, const std::vector<engine::Event>& events) {
  if (events.empty()) return {};
  return write([&](sqlite::Database& database) {
    sqlite::Transaction transaction(database);
    sqlite::Statement insert(database,
                             "INSERT INTO event (run, position, body) VALUES "
                             "(?1, (SELECT coalesce(max(position), 0) + 1 FROM event WHERE run = ?1), ?2)");
    for (const auto& event : events) insert.bind(1, run).bind(2, engine::to_json(event)).run();
    transaction.commit();
  });
}

Result<void> Journal::end(std::int64_t run, Time at, model::Outcome outcome) {
  return write([&](sqlite::Database& database) {
    sqlite::Statement(database, "UPDATE run SET ended = ?, exit_code = ? WHERE number = ?", stored(at),
                      model::exit_code(outcome), run)
        .run();
  });
}

Result<void> Journal::reopen(std::int64_t run) {
  return write([&](sqlite::Database& database) {
    sqlite::Statement(database, "UPDATE run SET ended = NULL, exit_code = NULL WHERE number = ?", run).run();
  });
}

Result<std::vector<run::RunSummary>> Journal::runs(const std::string& workspace, int limit) const {
  return read([&](sqlite::Database& database) {
    sqlite::Statement select(
        database,
        fmt::format("SELECT {} FROM run WHERE ?1 = '' OR workspace = ?1 ORDER BY number DESC LIMIT ?2",
                    columns),
        workspace, limit);
    std::vector<run::RunSummary> runs;
    while (select.step()) runs.push_back(summary_of(select));
    return runs;
  });
}

Result<std::optional<run::RunSummary>> Journal::find(std::int64_t run) const {
  return read([&](sqlite::Database& database) -> std::optional<run::RunSummary> {
    sqlite::Statement select(database, fmt::format("SELECT {} FROM run WHERE number = ?", columns), run);
    return select.step() ? std::optional(summary_of(select)) : std::nullopt;
  });
}

Result<std::optional<std::string>> Journal::plan_text(std::int64_t run) const {
  return read([&](sqlite::Database& database) -> std::optional<std::string> {
    sqlite::Statement select(database, "SELECT plan FROM run WHERE number = ?", run);
    if (!select.step() || select.is_null(0)) return std::nullopt;
    return select.text(0);
  });
}

Result<std::optional<plan::Plan>> Journal::plan(std::int64_t run) const {
  const auto text = plan_text(run);
  if (!text) return fail(text.error());
  if (!*text) return std::nullopt;
  auto plan = plan::plan_from_json(**text);
  if (plan) return std::move(*plan);
  plan.error().what = fmt::format("The plan of run {} cannot be read", run);
  plan.error().cure = "Leave it as it stands and plan anew: envlink apply --anew";
  return fail(plan.error());
}

Result<std::vector<engine::Event>> Journal::events(std::int64_t run) const {
  const auto bodies = read([&](sqlite::Database& database) {
    sqlite::Statement select(database, "SELECT body FROM event WHERE run = ? ORDER BY position", run);
    std::vector<std::string> texts;
    while (select.step()) texts.push_back(select.text(0));
    return texts;
  });
  if (!bodies) return fail(bodies.error());
  // What 0.1.0 wrote of an event is understood with the plan alone.
  Result<std::optional<plan::Plan>> kept;
  if (std::ranges::any_of(*bodies, engine::is_of_0_1_0)) kept = plan(run);
  std::vector<engine::Event> events;
  for (const auto& body : *bodies) {
    auto event = engine::event_from_json(body, kept && *kept ? &**kept : nullptr);
    if (!event) return fail(unreadable(file_->path(), run, body, event.error()));
    events.push_back(std::move(*event));
  }
  return events;
}

Result<std::unique_ptr<run::Lock>> Journal::take(const std::string& workspace, Time now) {
  // The journal first: where it cannot be opened, nothing is locked.
  return file().and_then([&](File*) { return take_lock(*directory_, workspace, now); });
}

Result<void> Journal::check() const {
  const auto found = read([&](sqlite::Database& database) {
    sqlite::Statement check(database, "PRAGMA integrity_check(1)");
    return check.step() ? check.text(0) : std::string("it answers nothing");
  });
  if (!found) return fail(found.error());
  if (*found != "ok") return fail(damaged(file_->path(), *found));
  return {};
}

}  // namespace envlink::journal
