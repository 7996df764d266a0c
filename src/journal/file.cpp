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
#include "journal/descriptor.h"
#include "journal/directory.h"

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

/// What others may read or write is closed to them. A link, or a file of somebody else, is not used: whoever
/// put it there could tell us what we did.
Result<void> keep_private(const std::string& path) {
  struct stat found{};
  if (lstat(path.c_str(), &found) != 0) return {};
  if (S_ISLNK(found.st_mode)) {
    return fail({.what = fmt::format("The journal {} cannot be used", path),
                 .why = "it is a symbolic link",
                 .cure = "Move the file that it leads to here, or set XDG_STATE_HOME to where that is"});
  }
  if (!is_ours(found)) return fail(foreign(fmt::format("The journal {} cannot be used", path)));
  for (const char* beside : {"", "-wal", "-shm"}) {
    const std::string file = path + beside;
    if (lstat(file.c_str(), &found) == 0 && S_ISREG(found.st_mode) && (found.st_mode & 0077U) != 0)
      chmod(file.c_str(), found.st_mode & 0700U);
  }
  return {};
}

/// Makes the file where there is none. SQLite would make it readable for others; its -wal and -shm get the
/// rights of the file. One that exists is not opened: closing it would drop the locks that SQLite holds on it
/// for another Journal of this process.
Result<void> make_private(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor >= 0) close(descriptor);
  if (descriptor >= 0) return {};
  if (errno == EEXIST) return keep_private(path);
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
      : folder_(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (folder_.is_open()) flock(folder_.get(), LOCK_EX);
  }

 private:
  Descriptor folder_;
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

// What is known of a workspace, as plan/history_json.h writes it, and how many events of which runs are taken
// into it: "12:48 13:5 ".
constexpr const char* histories = R"sql(
  CREATE TABLE history (
    workspace TEXT PRIMARY KEY,
    body      TEXT NOT NULL,
    taken     TEXT NOT NULL,
    revision  INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
)sql";

// What values were before a run changed them, as journal/sealed_values.h seals them. Positions are those of
// the plan's values.
constexpr const char* prior_values = R"sql(
  CREATE TABLE undo (
    run      INTEGER NOT NULL REFERENCES run (number),
    position INTEGER NOT NULL,
    nonce    BLOB NOT NULL,
    sealed   BLOB NOT NULL,
    PRIMARY KEY (run, position)
  ) STRICT, WITHOUT ROWID;
)sql";

// Each leads from one version to the next. New journals go all the way, so that they are what old ones
// become.
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
          .cure = fmt::format("Move it aside: mv '{0}' '{0}.damaged'. A new one is begun by itself; what the "
                              "old one tells of unfinished runs is lost",
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

std::string file_in(const std::string& directory) {
  return directory + "/journal.db";
}

File::File(std::string path) : path_(std::move(path)), database_(path_, SQLITE_OPEN_READWRITE) {}

Result<std::unique_ptr<File>> File::open(const std::string& directory) {
  const std::string path = file_in(directory);
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

/// Older tables become the present ones in one transaction. No other process may do the same meanwhile.
Result<void> File::prepare() {
  sqlite3_busy_timeout(database_.handle(), busy_milliseconds);
  // SQLite falls back to reading, and would leave files beside it that stay read-only when the journal is
  // not.
  if (sqlite3_db_readonly(database_.handle(), "main") == 1) {
    return fail({.what = fmt::format("The journal {} cannot be written", path_),
                 .why = "it is read-only for you",
                 .cure = cure_for(EACCES)});
  }
  database_.execute("PRAGMA foreign_keys = ON");
  database_.execute("PRAGMA synchronous = FULL");
  // Deleted rows are zeroed; copies left in unused parts of pages are not: see undo_table.cpp.
  database_.execute("PRAGMA secure_delete = ON");
  // schema_version is 0 as long as nothing was ever made in the file.
  if (pragma(database_, "schema_version") == 0) {
    database_.execute("PRAGMA journal_mode = WAL");
  } else {
    const std::int64_t written = pragma(database_, "user_version");
    if (pragma(database_, "application_id") != application || written < 1) {
      return fail({.what = fmt::format("{} is no journal of envlink", path_),
                   .why = "another program's tables are in it",
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
