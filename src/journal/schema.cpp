#include "journal/schema.h"

#include <fmt/format.h>

namespace envlink::journal {
namespace {

constexpr std::int64_t version = 1;
constexpr std::int64_t application = 0x656e766c;  // "envl": tells the journal from other databases

// Times are microseconds since 1970, UTC. An event's body is its JSON, as engine/event_json.h writes it.
constexpr const char* tables = R"sql(
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

std::int64_t pragma(const sqlite::Database& database, const char* name) {
  sqlite::Statement statement(database, fmt::format("PRAGMA {}", name));
  return statement.step() ? statement.integer(0) : 0;
}

SchemaState state_of(const sqlite::Database& database) {
  if (pragma(database, "application_id") != application) return SchemaState::foreign;
  return pragma(database, "user_version") > version ? SchemaState::newer : SchemaState::ready;
}

}  // namespace

SchemaState prepare_schema(sqlite::Database& database) {
  database.execute("PRAGMA foreign_keys = ON");
  database.execute("PRAGMA synchronous = FULL");
  // schema_version is 0 as long as nothing was ever made in the file.
  if (pragma(database, "schema_version") != 0) return state_of(database);
  database.execute("PRAGMA journal_mode = WAL");
  sqlite::Transaction transaction(database);
  database.execute(tables);
  database.execute(fmt::format("PRAGMA application_id = {}", application).c_str());
  database.execute(fmt::format("PRAGMA user_version = {}", version).c_str());
  transaction.commit();
  return SchemaState::ready;
}

}  // namespace envlink::journal
