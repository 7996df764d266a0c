// A journal from an older envlink, opened by this one.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "engine/event_json.h"
#include "journal/files_test.h"
#include "plan/history_json.h"
#include "state/temp_folder_test.h"

using namespace envlink;
using namespace envlink::journal::testing;
using namespace envlink::state::testing;
using journal::Journal;

namespace {

// The tables of version 1. Do not change them: such files exist.
constexpr const char* version_1 = R"sql(
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
  PRAGMA application_id = 1701738092;
  PRAGMA user_version = 1;
  INSERT INTO run VALUES (1, 'tea-1', 'envlink.yaml', 'dev', 'box', 1795000000000001, 1795000000000002, 5);
  INSERT INTO run VALUES (2, 'tea-1', 'envlink.yaml', 'dev', 'box', 1795000000000003, NULL, NULL);
  INSERT INTO event VALUES (1, 1, '{"at":"2026-11-18T12:26:40.000001Z","kind":"run_began"}');
  INSERT INTO event VALUES (1, 2, '{"at":"2026-11-18T12:26:40.000002Z","kind":"run_ended","number":5}');
)sql";

// The tables of versions 2 and 3, and a history from version 3. Do not change them either.
constexpr const char* version_3 = R"sql(
  ALTER TABLE run ADD COLUMN plan TEXT;
  ALTER TABLE run ADD COLUMN undoes INTEGER REFERENCES run (number);
  CREATE TABLE history (
    workspace TEXT PRIMARY KEY,
    body      TEXT NOT NULL,
    taken     TEXT NOT NULL,
    revision  INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = 3;
  INSERT INTO run VALUES (3, 'tea-1', 'envlink.yaml', 'dev', 'box', 1795000000000004, NULL, NULL, '{}', 1);
  INSERT INTO history VALUES ('tea-1', 'HISTORY', '1:2 ', 7);
)sql";

void write_version_1(const std::string& folder) {
  make_small_pages(folder);
  journal::sqlite::Database(folder + "/journal.db", SQLITE_OPEN_READWRITE).execute(version_1);
}

void write_version_3(const std::string& folder) {
  write_version_1(folder);
  std::string sql = version_3;
  sql.replace(sql.find("HISTORY"), 7, plan::to_json(plan::History{}));
  journal::sqlite::Database(folder + "/journal.db", SQLITE_OPEN_READWRITE).execute(sql.c_str());
}

/// Everything from version 1 is kept, and what version 2 added is empty.
void check_version_1(const Journal& journal) {
  const auto runs = journal.runs("tea-1", 10);
  REQUIRE(runs.has_value());
  REQUIRE(runs->size() == 2);
  REQUIRE(runs->at(0).number == 2);
  REQUIRE_FALSE(runs->at(0).ended.has_value());
  REQUIRE(runs->at(1).began == Time(Duration(1'795'000'000'000'001)));
  REQUIRE(runs->at(1).ended == Time(Duration(1'795'000'000'000'002)));
  REQUIRE(runs->at(1).outcome == model::Outcome::deploy_failed);
  REQUIRE_FALSE(runs->at(1).undoes.has_value());
  REQUIRE_FALSE(journal.plan_text(1)->has_value());
  const auto events = journal.events(1);
  REQUIRE(events.has_value());
  REQUIRE(events->size() == 2);
  REQUIRE(events->at(1).what == engine::Event::What(engine::RunEnded{model::Outcome::deploy_failed}));
}

std::string schema_in(const std::string& folder) {
  const journal::sqlite::Database database(folder + "/journal.db", SQLITE_OPEN_READWRITE);
  journal::sqlite::Statement all(
      database, "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema ORDER BY name)");
  journal::sqlite::Statement version(database, "PRAGMA user_version");
  all.step();
  version.step();
  return fmt::format("{} {}", version.integer(0), all.text(0));
}

}  // namespace

TEST_CASE("A journal of version 1 is upgraded when it is opened, and keeps its content") {
  const TempFolder folder;
  write_version_1(folder.path());
  auto journal = Journal::open(folder.path());
  REQUIRE(journal.has_value());
  check_version_1(*journal);
  CHECK(*journal->begin({.workspace = "tea-1", .undoes = 1}, R"({"version":1})") == 3);
  CHECK(journal->append(2, *journal->events(1)).has_value());
  CHECK(journal->find(3).value()->undoes == 1);
  CHECK(*journal->plan_text(3) == R"({"version":1})");
}

TEST_CASE("A journal of version 3 keeps its runs and history, and can store values from before its runs") {
  const TempFolder folder;
  write_version_3(folder.path());
  auto journal = Journal::open(folder.path());
  REQUIRE(journal.has_value());
  REQUIRE(journal->runs("tea-1", 10)->size() == 3);
  CHECK(journal->find(3).value()->undoes == 1);
  CHECK(*journal->plan_text(3) == "{}");
  CHECK(journal->events(1)->size() == 2);
  CHECK(journal->history("tea-1")->revision == 7);
  CHECK(journal->history("tea-1")->taken == std::vector<run::EventCount>{{1, 2}});
  CHECK(journal->undo(3)->empty());
  CHECK(journal->keep_undo(3, {{.position = 4}}).has_value());
  const auto undo = journal->undo(3);
  REQUIRE(undo.has_value());
  REQUIRE(undo->size() == 1);
  CHECK(undo->front().position == 4);
}

TEST_CASE("An upgraded journal has the tables of a new one") {
  const TempFolder fresh;
  REQUIRE(Journal::open(fresh.path()).has_value());
  for (const auto write : {write_version_1, write_version_3}) {
    const TempFolder old;
    write(old.path());
    REQUIRE(Journal::open(old.path()).has_value());
    CHECK(schema_in(old.path()) == schema_in(fresh.path()));
  }
}

TEST_CASE("After a kill at any byte of an upgrade, the next start finds everything") {
  const TempFolder folder(quick_parent());
  write_version_1(folder.path());
  Files files;
  {
    const auto journal = Journal::open(folder.path());
    REQUIRE(journal.has_value());
    files = files_in(folder.path());
  }
  REQUIRE_FALSE(files.wal.empty());
  for (std::size_t length = 0; length <= files.wal.size(); ++length) {
    CAPTURE(length);
    put_files(folder.path(), {files.main, files.wal.substr(0, length)});
    const auto journal = Journal::open(folder.path());
    REQUIRE(journal.has_value());
    check_version_1(*journal);
  }
}

TEST_CASE("Processes that open an old journal at the same time all find it whole") {
  const TempFolder folder;
  write_version_1(folder.path());
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    const pid_t pid = fork();
    if (pid == 0) {
      auto journal = Journal::open(folder.path());
      _exit(journal && journal->begin({.workspace = "tea-2", .undoes = 1}, "{}") ? 0 : 1);
    }
    children.push_back(pid);
  }
  for (const pid_t pid : children) {
    int status = 0;
    waitpid(pid, &status, 0);
    CHECK(status == 0);
  }
  const auto journal = Journal::open(folder.path());
  check_version_1(*journal);
  CHECK(journal->runs("tea-2", 100)->size() == 8);
}

TEST_CASE("A journal of the next version is refused and left unchanged") {
  const TempFolder folder;
  {
    CHECK(Journal::open(folder.path()).has_value());
  }
  const std::string path = folder / "journal.db";
  const std::string schema = schema_in(folder.path());
  const int next = std::stoi(schema) + 1;
  journal::sqlite::Database(path, SQLITE_OPEN_READWRITE)
      .execute(fmt::format("PRAGMA user_version = {}", next).c_str());
  const std::string before = read_file(path);
  const auto journal = Journal::open(folder.path());
  REQUIRE_FALSE(journal.has_value());
  CHECK(journal.error().what == fmt::format("The journal {} cannot be read", path));
  CHECK(journal.error().why == "it was written by a newer envlink");
  CHECK(journal.error().cure == "Use the newest envlink on this machine");
  CHECK(read_file(path) == before);
}

TEST_CASE("A kind of event from a newer envlink is not reported as damage") {
  const TempFolder folder;
  auto journal = Journal::open(folder.path());
  const auto run = *journal->begin({.workspace = "tea-1"}, "{}");
  const auto other = *journal->begin({.workspace = "tea-1"}, "{}");
  journal::sqlite::Database(folder / "journal.db", SQLITE_OPEN_READWRITE)
      .execute(
          R"(INSERT INTO event VALUES (1, 1, '{"at":"2026-11-18T12:26:40Z","kind":"later\u001b[1m","x":[[[[]]]]}'))");
  const auto events = journal->events(run);
  REQUIRE_FALSE(events.has_value());
  CHECK(events.error().what == fmt::format("Run 1 of the journal {} cannot be read", folder / "journal.db"));
  CHECK(events.error().why ==
        "it contains a kind of event that only a newer envlink knows: later\xef\xbf\xbd[1m");
  CHECK(events.error().cure == "Use the newest envlink on this machine");
  CHECK(journal->events(other)->empty());
}
