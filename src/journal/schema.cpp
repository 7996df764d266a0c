#include "journal/schema.h"

#include <fmt/format.h>

#include <array>

namespace envlink::journal {
namespace {

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

}  // namespace

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

}  // namespace envlink::journal
