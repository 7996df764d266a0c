#include "journal/journal.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>

#include "journal/sqlite.h"
#include "state/temp_folder_test.h"

using namespace envlink;
using namespace envlink::state::testing;
using journal::Journal;

namespace {

const Time began = *parse_rfc3339("2026-11-23T21:17:29.000001Z");
const Time ended = *parse_rfc3339("2026-11-23T21:30:00Z");

run::RunSummary run_of(const std::string& workspace) {
  return {.number = 0,
          .workspace = workspace,
          .file = "/srv/it's \"here\"/envlink.yaml",
          .user = "dev",
          .host = "box",
          .began = began,
          .ended = {},
          .outcome = {},
          .undoes = {}};
}

const engine::EventService service{ServiceId("srv-1"), "toolboxai-backend", 3};

engine::Event waiting(std::string why) {
  return {began, engine::Waiting{.seconds = 5, .why = std::move(why)}};
}

std::vector<engine::Event> some_events() {
  return {{began, engine::RunBegan{}},
          {began, engine::SnapshotTaken{service, {DeployId("dep-2"), DeployId("dep-1")}}},
          {began, engine::DeployAnswered{.service = service,
                                         .http_status = 502,
                                         .deploy = DeployId("dep-1"),
                                         .why = "quote \" backslash \\ snowman \xe2\x98\x83"}}};
}

}  // namespace

TEST_CASE("A run and its events are kept when the journal is closed and opened again") {
  const TempFolder folder;
  std::int64_t number = 0;
  {
    auto journal = Journal::open(folder.path());
    REQUIRE(journal.has_value());
    number = *journal->begin(run_of("tea-1"), "{}");
    REQUIRE(journal->append(number, {some_events()[0]}).has_value());
    REQUIRE(journal->append(number, {some_events()[1], some_events()[2]}).has_value());
    REQUIRE(journal->append(number, {}).has_value());
    REQUIRE(journal->end(number, ended, model::Outcome::deploy_failed).has_value());
  }
  const auto journal = Journal::open(folder.path());
  REQUIRE(journal.has_value());
  const auto runs = journal->runs("tea-1", 10);
  REQUIRE(runs->size() == 1);
  const auto& run = runs->front();
  CHECK(run.number == number);
  CHECK(run.workspace == "tea-1");
  CHECK(run.file == run_of("").file);
  CHECK(run.user == "dev");
  CHECK(run.host == "box");
  CHECK(run.began == began);
  CHECK(run.ended == ended);
  CHECK(run.outcome == model::Outcome::deploy_failed);
  CHECK(*journal->events(number) == some_events());
  CHECK(journal->events(number + 1)->empty());
}

TEST_CASE(
    "Events are durable when append returns: a kill -9 right after loses none, and the run is unfinished") {
  const TempFolder folder;
  in_child([&] {
    auto journal = Journal::open(folder.path());
    if (journal && journal->append(*journal->begin(run_of("tea-1"), "{}"), some_events())) raise(SIGKILL);
    return false;
  });
  const auto journal = Journal::open(folder.path());
  const auto runs = journal->runs("tea-1", 10);
  REQUIRE(runs->size() == 1);
  CHECK_FALSE(runs->front().ended.has_value());
  CHECK_FALSE(runs->front().outcome.has_value());
  CHECK(*journal->events(runs->front().number) == some_events());
}

TEST_CASE("Runs are listed newest first, of one workspace or of all, up to a limit") {
  const TempFolder folder;
  auto journal = Journal::open(folder.path());
  const auto first = *journal->begin(run_of("tea-1"), "{}");
  const auto second = *journal->begin(run_of("tea-2"), "{}");
  const auto third = *journal->begin(run_of("tea-1"), "{}");
  const auto numbers = [&](const std::string& workspace, int limit) {
    std::vector<std::int64_t> result;
    const auto runs = journal->runs(workspace, limit);
    for (const auto& run : *runs) result.push_back(run.number);
    return result;
  };
  CHECK(numbers("tea-1", 10) == std::vector{third, first});
  CHECK(numbers("tea-2", 10) == std::vector{second});
  CHECK(numbers("", 10) == std::vector{third, second, first});
  CHECK(numbers("", 1) == std::vector{third});
  CHECK(numbers("tea-3", 10).empty());
}

TEST_CASE("A run is found by its number, with its exact plan and the run that it undoes") {
  const TempFolder folder;
  auto journal = Journal::open(folder.path());
  const std::string plan = "{\"version\":1,\"file\":\"it's \\u0000 \xff\"}";
  const auto first = *journal->begin(run_of("tea-1"), plan);
  auto undoing = run_of("tea-1");
  undoing.undoes = first;
  const auto second = *journal->begin(undoing, "{}");
  CHECK(*journal->plan_text(first) == plan);
  CHECK(*journal->plan_text(second) == "{}");
  CHECK_FALSE(journal->plan_text(7)->has_value());
  CHECK(journal->find(first).value()->file == run_of("").file);
  CHECK_FALSE(journal->find(first).value()->undoes.has_value());
  CHECK(journal->find(second).value()->undoes == first);
  CHECK_FALSE(journal->find(7)->has_value());
  undoing.undoes = 7;
  CHECK_FALSE(journal->begin(undoing, "{}").has_value());
  CHECK(journal->runs("", 10)->size() == 2);
  CHECK(journal->runs("", 10)->front().undoes == first);
}

TEST_CASE("Events of an unknown run are refused") {
  const TempFolder folder;
  auto journal = Journal::open(folder.path());
  CHECK_FALSE(journal->append(7, some_events()).has_value());
}

TEST_CASE("Folder and files are private to their owner, whatever the umask") {
  const TempFolder folder;
  const mode_t before = umask(0);
  auto journal = Journal::open(folder / "deep/state/envlink");
  umask(before);
  REQUIRE(journal.has_value());
  REQUIRE(journal->begin(run_of("tea-1"), "{}").has_value());
  for (const char* name : {"deep", "deep/state", "deep/state/envlink"}) CHECK(mode_of(folder / name) == 0700);
  for (const char* name : {"journal.db", "journal.db-wal", "journal.db-shm"}) {
    CAPTURE(name);
    CHECK(mode_of(folder / ("deep/state/envlink/" + std::string(name))) == 0600);
  }
}

TEST_CASE("Several processes that open a new journal at once can all write to it") {
  const TempFolder folder;
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    const pid_t pid = fork();
    if (pid == 0) {
      auto journal = Journal::open(folder / "new");
      const bool written =
          journal && journal->append(journal->begin(run_of("tea-1"), "{}").value_or(0), some_events());
      _exit(written ? 0 : 1);
    }
    children.push_back(pid);
  }
  for (const pid_t pid : children) {
    int status = 0;
    waitpid(pid, &status, 0);
    CHECK(status == 0);
  }
  CHECK(Journal::open(folder / "new")->runs("tea-1", 100)->size() == 8);
}

TEST_CASE("A file that is not a journal is refused by name, with what to do, and left unchanged") {
  const TempFolder folder;
  const std::string path = folder / "journal.db";
  const auto refusal = [&] {
    auto journal = Journal::open(folder.path());
    REQUIRE_FALSE(journal.has_value());
    CHECK(journal.error().what.find(path) != std::string::npos);
    CHECK_FALSE(journal.error().cure.empty());
    return journal.error();
  };
  SUBCASE("text") {
    write_file(path, std::string(5000, 'x'));
    CHECK(refusal().what.find("is damaged") != std::string::npos);
    CHECK(refusal().cure.find("mv '" + path + "'") != std::string::npos);
    CHECK(std::filesystem::file_size(path) == 5000);
  }
  SUBCASE("a newer journal") {
    REQUIRE(Journal::open(folder.path()).has_value());
    journal::sqlite::Database(path, SQLITE_OPEN_READWRITE).execute("PRAGMA user_version = 99");
    CHECK(refusal().why == "it was written by a newer envlink");
  }
  SUBCASE("another program's database") {
    journal::sqlite::Database(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE).execute("CREATE TABLE t (a)");
    CHECK(refusal().what == path + " is not an envlink journal");
  }
}

TEST_CASE("Damage inside the file is reported when it is read") {
  const TempFolder folder;
  const std::string path = folder / "journal.db";
  const auto number = *Journal::open(folder.path())->begin(run_of("tea-1"), "{}");
  SUBCASE("pages of zeros and worse") {
    const auto size = std::filesystem::file_size(path);
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    for (std::size_t i = 4096; i < size; ++i) file.put('\xee');
    file.close();
    auto journal = Journal::open(folder.path());
    const auto runs = journal ? journal->runs("tea-1", 10) : fail(journal.error());
    REQUIRE_FALSE(runs.has_value());
    CHECK(runs.error().what.find("is damaged") != std::string::npos);
  }
  SUBCASE("an invalid event") {
    journal::sqlite::Database(path, SQLITE_OPEN_READWRITE)
        .execute("INSERT INTO event VALUES (1, 1, '{\"at\":')");
    const auto events = Journal::open(folder.path())->events(number);
    REQUIRE_FALSE(events.has_value());
    CHECK(events.error().what.find("is damaged") != std::string::npos);
  }
}

TEST_CASE("A journal that cannot grow says so, and keeps what was recorded before") {
  const TempFolder folder;
  CHECK(in_child([&] {
    auto journal = Journal::open(folder.path());
    const auto number = *journal->begin(run_of("tea-1"), "{}");
    if (!journal->append(number, some_events())) return false;
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit full{20'000, 20'000};
    setrlimit(RLIMIT_FSIZE, &full);
    for (int i = 0; i < 100; ++i) {
      const auto appended = journal->append(number, {waiting(std::string(2000, 'x'))});
      if (!appended)
        return appended.error().what.find("journal.db") != std::string::npos &&
               !appended.error().cure.empty();
    }
    return false;
  }));
  auto journal = Journal::open(folder.path());
  REQUIRE(journal.has_value());
  CHECK(journal->events(1)->at(2) == some_events()[2]);
}

TEST_CASE("A journal that does not exist yet has no runs, and the first run creates it") {
  const TempFolder folder;
  setenv("XDG_STATE_HOME", folder.path().c_str(), 1);
  const std::string file = folder / "envlink/journal.db";
  Journal journal;
  CHECK_FALSE(journal.exists());
  CHECK(journal.runs("", 10).value().empty());
  CHECK_FALSE(journal.find(1)->has_value());
  CHECK_FALSE(journal.plan(1)->has_value());
  CHECK(journal.events(1).value().empty());
  CHECK_FALSE(std::filesystem::exists(file));
  CHECK(journal.begin(run_of("tea-1"), "{}") == 1);
  CHECK(std::filesystem::exists(file));
  CHECK(journal.exists());
  CHECK(Journal().runs("", 10)->size() == 1);
  unsetenv("XDG_STATE_HOME");
}
