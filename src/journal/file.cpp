#include "journal/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "base/text.h"
#include "state/descriptor.h"
#include "state/directory.h"

namespace envlink::journal {
namespace {

constexpr int busy_milliseconds = 5000;

bool is_want_of_room(int reason) {
  return reason == ENOSPC || reason == EDQUOT || reason == EFBIG;
}

std::string reason_of(const sqlite::Failure& failure) {
  if (failure.system() == 0) return clean(failure.what());
  return clean(fmt::format("{}: {}", failure.what(), std::generic_category().message(failure.system())));
}

/// Removes other users' permissions. Refuses a link or another user's file: its owner could forge what
/// envlink did.
Result<void> keep_private(const std::string& path) {
  struct stat found{};
  if (lstat(path.c_str(), &found) != 0) return {};
  if (S_ISLNK(found.st_mode)) {
    return fail({.what = fmt::format("The journal {} cannot be used", path),
                 .why = "it is a symbolic link",
                 .cure = "Move its target here, or set XDG_STATE_HOME to the folder of the target"});
  }
  if (!state::is_ours(found)) return fail(state::foreign(fmt::format("The journal {} cannot be used", path)));
  for (const char* beside : {"", "-wal", "-shm"}) {
    const std::string file = path + beside;
    if (lstat(file.c_str(), &found) == 0 && S_ISREG(found.st_mode) && (found.st_mode & 0077U) != 0)
      chmod(file.c_str(), found.st_mode & 0700U);
  }
  return {};
}

/// Creates the file if missing. SQLite would make it readable by others; its -wal and -shm copy the file's
/// permissions. An existing file is not opened, because closing it would drop SQLite's locks on it in other
/// Journals of this process.
Result<void> make_private(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor >= 0) close(descriptor);
  if (descriptor >= 0) return {};
  if (errno == EEXIST) return keep_private(path);
  return fail({.what = fmt::format("The journal {} cannot be created", path),
               .why = std::generic_category().message(errno),
               .cure = state::cure_for(errno)});
}

/// Serializes processes that create the journal at the same time: SQLite returns "busy" at once, ignoring its
/// timeout, if two of them switch a new file to WAL. If folders cannot be locked (NFS), that rare error
/// remains.
class Turn {
 public:
  explicit Turn(const std::string& directory)
      : folder_(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (folder_.is_open()) flock(folder_.get(), LOCK_EX);
  }

 private:
  state::Descriptor folder_;
};

constexpr std::int64_t application = 0x656e766c;  // "envl": distinguishes the journal from other databases

// Times are microseconds since 1970, UTC. The body of an event is JSON from engine/event_json.h.
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

// A plan is JSON from plan/stored.h; runs of version 1 have none.
constexpr const char* plans = R"sql(
  ALTER TABLE run ADD COLUMN plan TEXT;
  ALTER TABLE run ADD COLUMN undoes INTEGER REFERENCES run (number);
)sql";

// The history of a workspace, JSON from plan/history_json.h, and how many events of each run it includes:
// "12:48 13:5 ".
constexpr const char* histories = R"sql(
  CREATE TABLE history (
    workspace TEXT PRIMARY KEY,
    body      TEXT NOT NULL,
    taken     TEXT NOT NULL,
    revision  INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
)sql";

// Values from before a run, sealed by keys/seal_key.h. Positions index the plan's values.
constexpr const char* prior_values = R"sql(
  CREATE TABLE undo (
    run      INTEGER NOT NULL REFERENCES run (number),
    position INTEGER NOT NULL,
    nonce    BLOB NOT NULL,
    sealed   BLOB NOT NULL,
    PRIMARY KEY (run, position)
  ) STRICT, WITHOUT ROWID;
)sql";

// Each step upgrades one version to the next. New journals go through all of them, so that they equal
// upgraded ones.
constexpr std::array steps = {first_tables, plans, histories, prior_values};
constexpr auto version = static_cast<std::int64_t>(steps.size());

std::int64_t pragma(const sqlite::Database& database, const char* name) {
  sqlite::Statement statement(database, fmt::format("PRAGMA {}", name));
  return statement.step() ? statement.integer(0) : 0;
}

}  // namespace

Error damaged(const std::string& path, std::string_view why) {
  return {.what = fmt::format("The journal {} is damaged", path),
          .why = clean(why),
          .cure = fmt::format("Move it aside: mv '{0}' '{0}.damaged'. envlink then creates a new one; the "
                              "record of unfinished runs is lost",
                              path)};
}

Error too_new(std::string what, std::string why) {
  return {.kind = ErrorKind::too_new,
          .what = std::move(what),
          .why = std::move(why),
          .cure = "Use the newest envlink on this machine"};
}

Error explain(const std::string& path, const sqlite::Failure& failure) {
  switch (failure.code()) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return damaged(path, failure.what());
    case SQLITE_FULL:
      return {.what = fmt::format("The journal {} cannot be written", path),
              .why = "the disk is full",
              .cure = state::cure_for(ENOSPC)};
    case SQLITE_BUSY:
      return {.what = fmt::format("The journal {} is in use", path),
              .why = "another process has locked it",
              .cure = "Try again when that process has ended"};
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return {.what = fmt::format("The journal {} cannot be written", path),
              .why = reason_of(failure),
              .cure = state::cure_for(failure.system())};
    case SQLITE_IOERR:
      if (is_want_of_room(failure.system())) {
        return {.what = fmt::format("The journal {} cannot be written", path),
                .why = reason_of(failure),
                .cure = state::cure_for(failure.system())};
      }
      [[fallthrough]];
    default:
      return {.what = fmt::format("The journal {} cannot be used", path),
              .why = reason_of(failure),
              .cure = "Check the disk and the permissions of the folder"};
  }
}

std::string file_in(const std::string& directory) {
  return directory + "/journal.db";
}

File::File(std::string path) : path_(std::move(path)), database_(path_, SQLITE_OPEN_READWRITE) {}

Result<std::unique_ptr<File>> File::open(const std::string& directory) {
  const std::string path = file_in(directory);
  if (auto made = state::make_directory(directory); !made) return fail(std::move(made.error()));
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

/// Upgrades older tables in one transaction. No other process may do so at the same time.
Result<void> File::prepare() {
  sqlite3_busy_timeout(database_.handle(), busy_milliseconds);
  // SQLite would fall back to read-only and leave files next to the journal that stay read-only.
  if (sqlite3_db_readonly(database_.handle(), "main") == 1) {
    return fail({.what = fmt::format("The journal {} cannot be written", path_),
                 .why = "it is read-only for you",
                 .cure = state::cure_for(EACCES)});
  }
  database_.execute("PRAGMA foreign_keys = ON");
  database_.execute("PRAGMA synchronous = FULL");
  // Zeroes deleted rows, but not copies in unused parts of pages: see undo_table.cpp.
  database_.execute("PRAGMA secure_delete = ON");
  // schema_version is 0 until something is created in the file.
  if (pragma(database_, "schema_version") == 0) {
    database_.execute("PRAGMA journal_mode = WAL");
  } else {
    const std::int64_t written = pragma(database_, "user_version");
    if (pragma(database_, "application_id") != application || written < 1) {
      return fail({.what = fmt::format("{} is not an envlink journal", path_),
                   .why = "it contains another program's tables",
                   .cure = "Move it aside, or set XDG_STATE_HOME to another folder"});
    }
    if (written > version)
      return fail(
          too_new(fmt::format("The journal {} cannot be read", path_), "it was written by a newer envlink"));
    if (written == version) return {};
  }
  sqlite::Transaction transaction(database_);
  const std::int64_t found = pragma(database_, "schema_version") == 0 ? 0 : pragma(database_, "user_version");
  for (std::int64_t done = found; done < version; ++done) {
    database_.execute(steps.at(static_cast<std::size_t>(done)));
  }
  database_.execute(fmt::format("PRAGMA application_id = {}", application).c_str());
  database_.execute(fmt::format("PRAGMA user_version = {}", version).c_str());
  transaction.commit();
  return {};
}

}  // namespace envlink::journal
