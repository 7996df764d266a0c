// The values from before a run: saved, restored, refused and destroyed.

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <csignal>
#include <functional>

#include "base/secret_text_test.h"
#include "journal/files_test.h"
#include "run/memory_store.h"
#include "state/temp_folder_test.h"

using namespace envlink;
using namespace envlink::journal::testing;
using namespace envlink::state::testing;
using engine::PriorValue;
using journal::Journal;
using Values = std::vector<PriorValue>;

namespace {

const std::string canary = "canary-8c1f-postgres://user:hunter2@host/database";

Time at(int second) {
  return Time(std::chrono::seconds(1'795'000'000 + second));
}

PriorValue prior(std::size_t position, const std::string& value) {
  return {.position = position, .value = Secret(value)};
}
PriorValue none(std::size_t position) {
  return {.position = position};
}

Journal opened(const std::string& folder) {
  auto journal = Journal::open(folder);
  REQUIRE(journal.has_value());
  return std::move(*journal);
}

/// A limit for all workspaces: runs that ended before this second.
run::UndoLimit ended_before(int second) {
  return {.ended_before = at(second), .others_ended_before = at(second)};
}

std::int64_t begin(run::Store& store) {
  return store.begin({.workspace = "tea-1", .began = at(0)}, plan::Plan{}).value();
}

std::string text_of(const Result<Values>& values) {
  if (!values) return describe(values.error());
  std::string text;
  for (const PriorValue& one : *values)
    text +=
        fmt::format("{}{} ", one.position, one.value ? "=" + SecretText::of(*one.value) : std::string("-"));
  return text;
}

/// All files of the folder, concatenated.
std::string all_bytes(const std::string& folder) {
  std::string bytes;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    bytes += read_file(entry.path()) + "\n";
  return bytes;
}

bool holds(const std::string& bytes, const std::string& piece) {
  return bytes.find(piece) != std::string::npos;
}

/// The sealed bytes in the database, ordered by run and position.
std::vector<std::string> sealed_in(const std::string& folder, const std::string& condition = "1") {
  const journal::sqlite::Database database(folder + "/journal.db", SQLITE_OPEN_READWRITE);
  journal::sqlite::Statement select(
      database, fmt::format("SELECT sealed FROM undo WHERE {} ORDER BY run, position", condition));
  std::vector<std::string> sealed;
  while (select.step()) sealed.push_back(select.blob(0));
  return sealed;
}

void change(const std::string& folder, const std::string& sql) {
  journal::sqlite::Database(folder + "/journal.db", SQLITE_OPEN_READWRITE).execute(sql.c_str());
}

std::string cannot_be_put_back(const std::string& folder, int run, const std::string& why) {
  return fmt::format(
      "The values from before run {0} cannot be restored\n  why: {1}\n  → Restore {2}/undo.key from a "
      "backup. Without one, the values saved with it are lost: set them by hand",
      run, why, folder);
}

/// Runs `check` with the store in memory and with a journal.
void with_each_store(const std::function<void(run::Store&)>& check) {
  run::MemoryStore memory;
  check(memory);
  const TempFolder folder;
  Journal journal = opened(folder.path());
  check(journal);
}

}  // namespace

TEST_CASE("Saved values are read back by position and run, and the first one saved for a position stays") {
  with_each_store([](run::Store& store) {
    const auto first = begin(store);
    const auto second = begin(store);
    CHECK(text_of(store.undo(first)) == "");
    REQUIRE(store.keep_undo(first, {prior(4, "four"), none(2), prior(0, "")}).has_value());
    REQUIRE(store.keep_undo(second, {prior(4, "other")}).has_value());
    CHECK(text_of(store.undo(first)) == "0= 2- 4=four ");
    REQUIRE(store.keep_undo(first, {prior(4, "later"), prior(2, "later"), none(0), prior(3, "three")})
                .has_value());
    CHECK(text_of(store.undo(first)) == "0= 2- 3=three 4=four ");
    REQUIRE(store.keep_undo(second, {prior(5, "a"), prior(5, "b")}).has_value());
    CHECK(text_of(store.undo(second)) == "4=other 5=a ");
    REQUIRE(store.keep_undo(second, {}).has_value());
  });
}

TEST_CASE("Values of runs that ended before a time are dropped; later and unfinished runs keep theirs") {
  with_each_store([](run::Store& store) {
    std::vector<std::int64_t> runs;
    for (int i = 0; i < 5; ++i) {
      runs.push_back(begin(store));
      REQUIRE(store.keep_undo(runs.back(), {prior(0, "a"), none(1)}).has_value());
    }
    REQUIRE(store.end(runs[0], at(10), model::Outcome::done).has_value());
    REQUIRE(store.end(runs[1], at(20), model::Outcome::deploy_failed).has_value());
    REQUIRE(store.end(runs[2], at(30), model::Outcome::done).has_value());
    REQUIRE(store.end(runs[3], at(10), model::Outcome::done).has_value());
    REQUIRE(store.reopen(runs[3]).has_value());
    CHECK(store.drop_undo(ended_before(10)) == 0);
    CHECK(store.drop_undo(ended_before(30)) == 4);
    CHECK(text_of(store.undo(runs[0])) == "");
    CHECK(text_of(store.undo(runs[1])) == "");
    for (const std::size_t kept : {2U, 3U, 4U}) CHECK(text_of(store.undo(runs[kept])) == "0=a 1- ");
    CHECK(store.drop_undo(ended_before(30)) == 0);
    CHECK(store.drop_undo(ended_before(31)) == 2);
    CHECK(store.runs("tea-1", 10)->size() == 5);
  });
}

TEST_CASE("The limit of one workspace's file does not apply to another's runs") {
  with_each_store([](run::Store& store) {
    std::vector<std::int64_t> runs;
    for (const char* workspace : {"tea-1", "tea-2", "tea-2"}) {
      runs.push_back(store.begin({.workspace = workspace, .began = at(0)}, plan::Plan{}).value());
      REQUIRE(store.keep_undo(runs.back(), {prior(0, "a")}).has_value());
    }
    for (const std::size_t i : {0U, 1U})
      REQUIRE(store.end(runs[i], at(20), model::Outcome::done).has_value());
    REQUIRE(store.end(runs[2], at(5), model::Outcome::done).has_value());
    CHECK(store.drop_undo({"tea-1", at(30), at(10)}) == 2);
    CHECK(text_of(store.undo(runs[0])) == "");
    CHECK(text_of(store.undo(runs[1])) == "0=a ");
    CHECK(text_of(store.undo(runs[2])) == "");
  });
}

TEST_CASE("Values of any bytes and of 1 MiB are restored after the journal was closed") {
  const TempFolder folder;
  std::string long_value;
  for (std::size_t i = 0; i < 1U << 20U; ++i) long_value += static_cast<char>(i * 131 % 257);
  const std::string zeros("\0a\0\0\xff\n", 6);
  {
    Journal journal = opened(folder.path());
    REQUIRE(journal.keep_undo(begin(journal), {prior(0, long_value), prior(1, zeros), none(2), prior(3, "")})
                .has_value());
  }
  const auto values = opened(folder.path()).undo(1);
  REQUIRE(values.has_value());
  REQUIRE(values->size() == 4);
  CHECK((SecretText::of(*values->at(0).value) == long_value));
  CHECK((SecretText::of(*values->at(1).value) == zeros));
  CHECK_FALSE(values->at(2).value.has_value());
  CHECK(values->at(3).value->empty());
}

TEST_CASE("Values of an unknown run are refused and not saved") {
  const TempFolder folder;
  Journal journal = opened(folder.path());
  CHECK_FALSE(journal.keep_undo(7, {prior(0, "a")}).has_value());
  begin(journal);
  CHECK(sealed_in(folder.path()).empty());
}

TEST_CASE("A missing journal has no values to read or drop, and neither creates it or the key") {
  const TempFolder folder;
  setenv("XDG_STATE_HOME", folder.path().c_str(), 1);
  Journal journal;
  unsetenv("XDG_STATE_HOME");
  CHECK(text_of(journal.undo(1)) == "");
  CHECK(journal.drop_undo(ended_before(0)) == 0);
  CHECK(std::filesystem::is_empty(folder.path()));
  begin(journal);
  CHECK(text_of(journal.undo(1)) == "");
  CHECK(journal.keep_undo(1, {}).has_value());
  CHECK_FALSE(std::filesystem::exists(folder / "envlink/undo.key"));
}

TEST_CASE("No file contains a value in clear text, while it is saved or afterwards") {
  const TempFolder folder;
  const auto check = [&] {
    const std::string bytes = all_bytes(folder.path());
    CHECK(bytes.size() > 4096);
    for (const std::string& piece : {canary, canary.substr(0, 12), canary.substr(12, 12)})
      CHECK_FALSE(holds(bytes, piece));
  };
  {
    Journal journal = opened(folder.path());
    begin(journal);
    REQUIRE(journal.keep_undo(1, {prior(0, canary), prior(1, std::string(5000, 'x') + canary)}).has_value());
    check();
    CHECK(holds(text_of(journal.undo(1)), canary));
    check();
    REQUIRE(journal.end(1, at(1), model::Outcome::done).has_value());
  }
  check();
  CHECK(opened(folder.path()).drop_undo(ended_before(2)) == 2);
  check();
}

TEST_CASE("No file contains a dropped value, not even sealed") {
  const TempFolder folder;
  Journal journal = opened(folder.path());
  // Interleaved rows of many lengths, so that pages are split, filled and freed.
  constexpr int runs = 24;
  for (int run = 1; run <= runs; ++run) begin(journal);
  for (std::size_t position = 0; position < 12; ++position) {
    for (int run = 1; run <= runs; ++run) {
      const std::size_t size = (position * 577 + static_cast<std::size_t>(run) * 131) % 1500;
      const std::size_t place = (position * 7) % 12;
      REQUIRE(journal.keep_undo(run, {prior(place, std::string(size, 'x'))}).has_value());
    }
  }
  REQUIRE(journal.keep_undo(1, {prior(12, std::string(100'000, 'x'))}).has_value());
  for (int run = 1; run <= runs; run += 2) REQUIRE(journal.end(run, at(1), model::Outcome::done).has_value());
  const auto dropped = sealed_in(folder.path(), "run % 2 = 1");
  const auto kept = sealed_in(folder.path(), "run % 2 = 0");
  REQUIRE(dropped.size() == 12 * 12 + 1);
  const auto pieces_held = [&](const std::vector<std::string>& sealed) {
    const std::string bytes = all_bytes(folder.path());
    int found = 0;
    for (const std::string& one : sealed) {
      for (std::size_t piece = 0; piece < 8; ++piece) {
        found += holds(bytes, one.substr(piece * 34, 16)) ? 1 : 0;
      }
    }
    return found;
  };
  CHECK(pieces_held(dropped) > 8 * 12 * 11);  // some span two pages
  CHECK(journal.drop_undo(ended_before(2)) == dropped.size());
  CHECK(std::filesystem::file_size(folder / "journal.db-wal") == 0);
  CHECK(pieces_held(dropped) == 0);
  CHECK(pieces_held(kept) > 8 * 12 * 11);
  for (int run = 2; run <= runs; run += 2) CHECK(journal.undo(run)->size() == 12);
}

TEST_CASE("Dropping recreates the same table, also for processes that have the journal open") {
  const TempFolder folder;
  const auto schema = [&] {
    const journal::sqlite::Database database(folder / "journal.db", SQLITE_OPEN_READWRITE);
    journal::sqlite::Statement select(database, "SELECT sql FROM sqlite_schema WHERE name = 'undo'");
    return select.step() ? select.text(0) : std::string();
  };
  Journal one = opened(folder.path());
  Journal other = opened(folder.path());
  const std::string before = schema();
  CHECK_FALSE(before.empty());
  for (int run = 1; run <= 2; ++run) {
    begin(one);
    REQUIRE(one.keep_undo(run, {prior(0, "a")}).has_value());
  }
  REQUIRE(one.end(1, at(1), model::Outcome::done).has_value());
  CHECK(other.drop_undo(ended_before(2)) == 1);
  CHECK(text_of(one.undo(1)) == "");
  CHECK(text_of(one.undo(2)) == "0=a ");
  REQUIRE(one.keep_undo(2, {prior(1, "b")}).has_value());
  CHECK(text_of(other.undo(2)) == "0=a 1=b ");
  CHECK(schema() == before);
}

TEST_CASE("If a process is killed between deleting and overwriting values, the next one overwrites them") {
  const TempFolder folder;
  Journal journal = opened(folder.path());
  begin(journal);
  REQUIRE(journal.keep_undo(1, {prior(0, canary)}).has_value());
  const std::string sealed = sealed_in(folder.path()).at(0);
  change(folder.path(), "DELETE FROM undo");
  REQUIRE(holds(all_bytes(folder.path()), sealed));
  CHECK(journal.drop_undo(ended_before(0)) == 0);
  CHECK_FALSE(holds(all_bytes(folder.path()), sealed));
}

TEST_CASE("Values that were moved or changed in the journal are refused") {
  const TempFolder folder;
  Journal journal = opened(folder.path());
  for (int run = 1; run <= 2; ++run) {
    begin(journal);
    REQUIRE(journal.keep_undo(run, {prior(0, canary), prior(1, "b")}).has_value());
  }
  const std::string key = folder / "undo.key";
  const auto refused = [&](int run, int position) {
    return cannot_be_put_back(folder.path(), run,
                              fmt::format("value {} was not sealed with {}, or is damaged", position, key));
  };
  SUBCASE("swapped within a run") {
    change(folder.path(),
           "UPDATE undo SET position = position + 10 WHERE run = 1;"
           "UPDATE undo SET position = 11 - position WHERE run = 1");
    CHECK(text_of(journal.undo(1)) == refused(1, 0));
  }
  SUBCASE("taken from another run") {
    change(folder.path(),
           "UPDATE undo SET (nonce, sealed) = (SELECT nonce, sealed FROM undo WHERE run = 2 AND position = "
           "1) WHERE run = 1 AND position = 1");
    CHECK(text_of(journal.undo(1)) == refused(1, 1));
  }
  SUBCASE("emptied") {
    change(folder.path(), "UPDATE undo SET nonce = x'', sealed = x'' WHERE run = 1 AND position = 1");
    CHECK(text_of(journal.undo(1)) == refused(1, 1));
  }
  SUBCASE("made up") {
    change(folder.path(), "UPDATE undo SET sealed = zeroblob(272) WHERE run = 1 AND position = 0");
    CHECK(text_of(journal.undo(1)) == refused(1, 0));
  }
  CHECK(holds(text_of(journal.undo(2)), canary));
  CHECK(journal.runs("", 10)->size() == 2);
}

TEST_CASE(
    "Without the key, or with another one, saved values cannot be restored, and nothing else is affected") {
  const TempFolder folder;
  Journal journal = opened(folder.path());
  const std::string key = folder / "undo.key";
  begin(journal);
  begin(journal);
  REQUIRE(journal.keep_undo(1, {prior(0, canary)}).has_value());
  const std::string bytes = read_file(key);
  std::filesystem::remove(key);
  CHECK(text_of(journal.undo(1)) ==
        cannot_be_put_back(folder.path(), 1, fmt::format("the undo key {} does not exist", key)));
  CHECK_FALSE(std::filesystem::exists(key));
  CHECK(text_of(journal.undo(2)) == "");

  REQUIRE(journal.keep_undo(2, {prior(0, "b")}).has_value());
  CHECK(text_of(journal.undo(1)) ==
        cannot_be_put_back(folder.path(), 1,
                           fmt::format("value 0 was not sealed with {}, or is damaged", key)));
  CHECK(text_of(journal.undo(2)) == "0=b ");
  CHECK(journal.append(1, {{at(1), engine::RunBegan{}}}).has_value());
  CHECK(journal.events(1)->size() == 1);
  CHECK(journal.check().has_value());

  write_file(key, bytes);
  CHECK(text_of(journal.undo(1)) == "0=" + canary + " ");
  chmod(key.c_str(), 0644);
  const auto values = journal.undo(1);
  REQUIRE_FALSE(values.has_value());
  CHECK(values.error().why == "other users can read or write it");
  CHECK(journal.keep_undo(1, {prior(1, "b")}).error().why == "other users can read or write it");
  REQUIRE(journal.end(1, at(1), model::Outcome::done).has_value());
  CHECK(journal.drop_undo(ended_before(2)) == 1);
}

TEST_CASE("Values are durable when keep_undo returns: a kill -9 right after loses none") {
  const TempFolder folder;
  in_child([&] {
    auto journal = Journal::open(folder.path());
    if (journal && journal->keep_undo(begin(*journal), {prior(0, canary), none(1)})) raise(SIGKILL);
    return false;
  });
  CHECK(text_of(opened(folder.path()).undo(1)) == "0=" + canary + " 1- ");
}

TEST_CASE(
    "With its -wal cut anywhere, the journal contains exactly the values that were saved before the cut") {
  const TempFolder folder(quick_parent());
  make_small_pages(folder.path());
  opened(folder.path());  // closed again: the tables are in the main file
  Files files;
  std::vector<std::size_t> ends;
  const std::vector<std::string> texts = {"", "0=a ", "0=a 1- 2=" + std::string(300, 'c') + " ",
                                          "0=a 1- 2=" + std::string(300, 'c') + " 3= "};
  {
    Journal journal = opened(folder.path());
    begin(journal);
    for (const Values& values : {Values{}, Values{prior(0, "a")},
                                 Values{none(1), prior(2, std::string(300, 'c'))}, Values{prior(3, "")}}) {
      REQUIRE(journal.keep_undo(1, values).has_value());
      ends.push_back(std::filesystem::file_size(folder / "journal.db-wal"));
    }
    files = files_in(folder.path());
  }
  const auto check = [&](std::size_t length) {
    CAPTURE(length);
    const auto whole = std::count_if(ends.begin() + 1, ends.end(), [&](auto end) { return end <= length; });
    put_files(folder.path(), {files.main, files.wal.substr(0, length)});
    REQUIRE(text_of(opened(folder.path()).undo(1)) == texts[static_cast<std::size_t>(whole)]);
  };
  for (std::size_t length = 0; length <= files.wal.size(); length += 13) check(length);
  for (const std::size_t end : ends) {
    check(end - 1);
    check(end);
  }
}
